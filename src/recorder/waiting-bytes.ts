/**
 * Bytes that wait for the recorder's thread, shared by the keys whose they are: each may have as many as are free, one
 * alone half of all, and another always finds room. What is of no key has such a share too.
 */
export class WaitingBytes {
  readonly #most: number;
  readonly #ofKeys = new Map<string, number>();
  /** Of the batch that is packed now, and of those that were handed over, oldest first. */
  #packed = new WaitingBatch();
  readonly #handed: WaitingBatch[] = [];
  #ofNobody = 0;
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  hasRoom(key: string | undefined, bytes: number): boolean {
    const own = key === undefined ? this.#ofNobody : (this.#ofKeys.get(key) ?? 0);
    return own + bytes <= this.#most - this.#bytes;
  }

  /** Counts bytes that were packed. */
  add(key: string | undefined, bytes: number): void {
    this.#bytes += bytes;
    if (key === undefined) {
      this.#ofNobody += bytes;
      this.#packed.ofNobody += bytes;
      return;
    }
    this.#ofKeys.set(key, (this.#ofKeys.get(key) ?? 0) + bytes);
    this.#packed.ofKeys.set(key, (this.#packed.ofKeys.get(key) ?? 0) + bytes);
  }

  /** What was packed is handed over. */
  hand(): void {
    this.#handed.push(this.#packed);
    this.#packed = new WaitingBatch();
  }

  /** The oldest of what was handed over waits no more. */
  giveBack(): void {
    const batch = this.#handed.shift();
    if (!batch) return;
    this.#bytes -= batch.ofNobody;
    this.#ofNobody -= batch.ofNobody;
    for (const [key, bytes] of batch.ofKeys) {
      this.#bytes -= bytes;
      const own = (this.#ofKeys.get(key) ?? 0) - bytes;
      if (own > 0) this.#ofKeys.set(key, own);
      else this.#ofKeys.delete(key);
    }
  }
}

class WaitingBatch {
  readonly ofKeys = new Map<string, number>();
  ofNobody = 0;
}
