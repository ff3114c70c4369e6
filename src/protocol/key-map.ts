interface Keyed {
  readonly id: string;
  readonly secretSha256: string;
}

/** Keys by id, found also by the hash of their secret, at the same cost whether there is one or not. Begins empty. */
export class KeyMap<Key extends Keyed> extends Map<string, Key> {
  readonly #byHash = new Map<string, string>();

  override set(id: string, key: Key): this {
    this.#forget(id);
    this.#byHash.set(key.secretSha256, id);
    return super.set(id, key);
  }

  override delete(id: string): boolean {
    this.#forget(id);
    return super.delete(id);
  }

  override clear(): void {
    this.#byHash.clear();
    super.clear();
  }

  /** The key whose secret has this SHA-256. */
  withHash(secretSha256: string): Key | undefined {
    return this.get(this.#byHash.get(secretSha256) ?? '');
  }

  #forget(id: string): void {
    const was = this.get(id);
    if (was && this.#byHash.get(was.secretSha256) === id) this.#byHash.delete(was.secretSha256);
  }
}
