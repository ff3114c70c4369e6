/**
 * Bytes that keys share. Each may hold as many as are free: one alone half of them, two a third each, and there is
 * always room for another. What belongs to no key may fill it.
 */
export class SharedRoom {
  readonly #allBytes: number;
  readonly #ofKeys = new Map<string, number>();
  #bytes = 0;

  constructor(allBytes: number) {
    this.#allBytes = allBytes;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes room for a key, to be given back with {@link add}; false if there is none. */
  take(keyId: string | undefined, bytes: number): boolean {
    const own = keyId === undefined ? 0 : (this.#ofKeys.get(keyId) ?? 0);
    if (own + bytes > this.#allBytes - this.#bytes) return false;
    this.add(keyId, bytes);
    return true;
  }

  /** Counts bytes that are there, whether there is room or not; below 0 gives back what was taken. */
  add(keyId: string | undefined, bytes: number): void {
    this.#bytes += bytes;
    if (keyId === undefined) return;
    const own = (this.#ofKeys.get(keyId) ?? 0) + bytes;
    if (own === 0) this.#ofKeys.delete(keyId);
    else this.#ofKeys.set(keyId, own);
  }
}
