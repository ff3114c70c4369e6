/** A stream whose reader is behind. */
export interface QueuedStream {
  /** Ends at once and drops what is queued. */
  cut(reason: string): void;
}

/** The bytes that wait on all streams of a key: past the room, the stream with most is cut off, and its client may come back. */
export class QueueRoom {
  readonly #keyBytes: number;
  readonly #ofKey = new Map<string, Map<QueuedStream, number>>();
  readonly #sums = new Map<string, number>();

  constructor(keyBytes: number) {
    this.#keyBytes = keyBytes;
  }

  /** So many bytes wait on a stream of a key now; 0 once it is read or has ended. */
  update(keyId: string, stream: QueuedStream, bytes: number): void {
    const streams = this.#ofKey.get(keyId) ?? new Map<QueuedStream, number>();
    this.#ofKey.set(keyId, streams);
    const sum = (this.#sums.get(keyId) ?? 0) + bytes - (streams.get(stream) ?? 0);
    this.#sums.set(keyId, sum);
    if (bytes > 0) streams.set(stream, bytes);
    else streams.delete(stream);
    if (streams.size === 0) {
      this.#ofKey.delete(keyId);
      this.#sums.delete(keyId);
    }
    if (sum <= this.#keyBytes) return;
    const [largest] = [...streams].reduce((one, other) => (other[1] > one[1] ? other : one));
    this.update(keyId, largest, 0);
    largest.cut('More waited on the streams of this key than it may leave unread. It can come back and go on.');
  }
}
