interface Keyed {
  readonly id: string;
  readonly secretSha256: string;
  /** The secret before the rotation, by which the key is found too. */
  readonly oldSecret?: { readonly sha256: string };
  /** Seq of its revocation. */
  readonly revokedSeq?: number;
}

/** Keys by id, found also by the hash of their secret, at the same cost whether there is one or not. Begins empty. */
export class KeyMap<Key extends Keyed> extends Map<string, Key> {
  readonly #byHash = new Map<string, string>();
  /** Ids of revoked keys. */
  readonly #revoked = new Set<string>();

  override set(id: string, key: Key): this {
    this.#forget(id);
    if (key.oldSecret) this.#byHash.set(key.oldSecret.sha256, id);
    this.#byHash.set(key.secretSha256, id);
    if (key.revokedSeq !== undefined) this.#revoked.add(id);
    return super.set(id, key);
  }

  override delete(id: string): boolean {
    this.#forget(id);
    return super.delete(id);
  }

  override clear(): void {
    this.#byHash.clear();
    this.#revoked.clear();
    super.clear();
  }

  /** The key whose secret, or the one before it, has this SHA-256. */
  withHash(secretSha256: string): Key | undefined {
    return this.get(this.#byHash.get(secretSha256) ?? '');
  }

  /** The key that was revoked first, where more than `most` that were are still here. */
  revokedBeyond(most: number): Key | undefined {
    if (this.#revoked.size <= most) return undefined;
    let first: Key | undefined;
    for (const id of this.#revoked) {
      const key = this.get(id);
      if (key && (key.revokedSeq ?? 0) < (first?.revokedSeq ?? Infinity)) first = key;
    }
    return first;
  }

  #forget(id: string): void {
    this.#revoked.delete(id);
    const was = this.get(id);
    for (const sha256 of was ? [was.secretSha256, was.oldSecret?.sha256 ?? ''] : []) {
      if (this.#byHash.get(sha256) === id) this.#byHash.delete(sha256);
    }
  }
}
