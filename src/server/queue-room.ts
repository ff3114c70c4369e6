/** A stream whose reader is behind. */
export interface QueuedStream {
  /** Bytes that wait on it now. */
  readonly queuedBytes: number;
  /** Ends at once and drops what is queued. */
  cut(reason: string): void;
}

/** What may wait on the streams of one key, and of all, in bytes. */
export interface QueueLimits {
  readonly keyBytes: number;
  readonly allBytes: number;
}

interface QueuesOfKey {
  readonly streams: Map<QueuedStream, number>;
  bytes: number;
}

const CUT = 'More waited on the streams of this key than it may leave unread. It can come back and go on.';

/**
 * The bytes that wait on all streams. Past a key's room the stream of it with most is cut off, and past the room of
 * all the one of the key with most; its client may come back.
 */
export class QueueRoom {
  readonly #limits: QueueLimits;
  readonly #ofKey = new Map<string, QueuesOfKey>();
  #bytes = 0;
  #isDue = false;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /**
   * So many bytes wait on a stream of a key now; 0 once it is read or gone. Cuts come after this turn: what has just
   * been written must be kept for a return first.
   */
  update(keyId: string, stream: QueuedStream, bytes: number): void {
    this.#note(keyId, stream, bytes);
    if (this.#isDue || !(this.#bytesOf(keyId) > this.#limits.keyBytes || this.#bytes > this.#limits.allBytes)) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#cutDown();
      this.#isDue = false;
    });
  }

  /** How many bytes wait on the streams of each key, as last noted. */
  ofKeys(): ReadonlyMap<string, number> {
    return new Map([...this.#ofKey].map(([keyId, { bytes }]) => [keyId, bytes]));
  }

  #cutDown(): void {
    const { keyBytes, allBytes } = this.#limits;
    const full = [...this.#ofKey.keys()].filter((keyId) => this.#bytesOf(keyId) > keyBytes);
    // Readers have taken some since: only their sockets know how much.
    for (const keyId of this.#bytes > allBytes ? [...this.#ofKey.keys()] : full) this.#lookAgain(keyId);
    for (const keyId of full) while (this.#bytesOf(keyId) > keyBytes) this.#cutLargest(keyId);
    while (this.#bytes > allBytes) this.#cutLargest(largestOf(this.#ofKey, ({ bytes }) => bytes));
  }

  #bytesOf(keyId: string): number {
    return this.#ofKey.get(keyId)?.bytes ?? 0;
  }

  #note(keyId: string, stream: QueuedStream, bytes: number): void {
    const own = this.#ofKey.get(keyId) ?? { streams: new Map<QueuedStream, number>(), bytes: 0 };
    const more = bytes - (own.streams.get(stream) ?? 0);
    own.bytes += more;
    this.#bytes += more;
    if (bytes > 0) own.streams.set(stream, bytes);
    else own.streams.delete(stream);
    if (own.streams.size > 0) this.#ofKey.set(keyId, own);
    else this.#ofKey.delete(keyId);
  }

  #lookAgain(keyId: string): void {
    for (const stream of [...(this.#ofKey.get(keyId)?.streams.keys() ?? [])]) {
      this.#note(keyId, stream, stream.queuedBytes);
    }
  }

  #cutLargest(keyId: string): void {
    const streams = this.#ofKey.get(keyId)?.streams;
    if (!streams) return;
    const largest = largestOf(streams, (bytes) => bytes);
    this.#note(keyId, largest, 0);
    largest.cut(CUT);
  }
}

/** The key of the largest value. There must be one. */
function largestOf<K, V>(all: ReadonlyMap<K, V>, sizeOf: (value: V) => number): K {
  const [largest] = [...all].reduce((one, other) => (sizeOf(other[1]) > sizeOf(one[1]) ? other : one));
  return largest;
}
