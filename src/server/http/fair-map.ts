/**
 * A map of bounded size whose entries belong to somebody: one who has many pushes out its own oldest, and not what
 * others have.
 */
export class FairMap<Key, Value> {
  readonly #most: number;
  readonly #mostOfOne: number;
  /** What was set last is last. */
  readonly #entries = new Map<Key, { readonly owner: string; readonly value: Value }>();
  readonly #counts = new Map<string, number>();

  /** @param mostOfOne default half of `most` */
  constructor(most: number, mostOfOne: number = most / 2) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** All values; what was set last is last. */
  *values(): Generator<Value> {
    for (const { value } of this.#entries.values()) yield value;
  }

  /** Sets an entry as the newest; answers the one that has to go for it. */
  set(key: Key, owner: string, value: Value): Value | undefined {
    this.#remove(key);
    this.#entries.set(key, { owner, value });
    const count = (this.#counts.get(owner) ?? 0) + 1;
    this.#counts.set(owner, count);
    if (count > this.#mostOfOne) return this.#letGo(owner);
    return this.#entries.size > this.#most ? this.#letGo(undefined) : undefined;
  }

  /** Of `owner`, or of all, the oldest. */
  #letGo(owner: string | undefined): Value | undefined {
    for (const [key, entry] of this.#entries) {
      if (owner !== undefined && entry.owner !== owner) continue;
      this.#remove(key);
      return entry.value;
    }
    return undefined;
  }

  #remove(key: Key): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    const left = (this.#counts.get(entry.owner) ?? 0) - 1;
    if (left > 0) this.#counts.set(entry.owner, left);
    else this.#counts.delete(entry.owner);
  }
}
