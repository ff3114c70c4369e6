import { limitReached, type LimitName, type Limits } from '../hub/limits.ts';
import type { HubError } from '../protocol/errors.ts';
import { QueueRoom } from './queue-room.ts';

/** How many of something each key has at the same time, where the log's state does not say it. */
export class KeyCounts {
  readonly #limits: Limits;
  readonly #ofKey: LimitName;
  readonly #ofAll: LimitName | undefined;
  readonly #counts = new Map<string, number>();
  #all = 0;

  /** `ofKey` is the limit for each key, `ofAll` that for all of them. */
  constructor(limits: Limits, ofKey: LimitName, ofAll?: LimitName) {
    this.#limits = limits;
    this.#ofKey = ofKey;
    this.#ofAll = ofAll;
  }

  /** How many all keys have. */
  get all(): number {
    return this.#all;
  }

  /** Count by key; a key without any is absent. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** One more of a key, until the answer is called; or why not. */
  take(keyId: string): (() => void) | HubError {
    const own = this.#counts.get(keyId) ?? 0;
    if (own >= this.#limits[this.#ofKey]) return limitReached(this.#limits, this.#ofKey);
    if (this.#ofAll !== undefined && this.#all >= this.#limits[this.#ofAll]) {
      return limitReached(this.#limits, this.#ofAll);
    }
    this.#add(keyId, 1);
    let taken = true;
    return () => {
      if (taken) this.#add(keyId, -1);
      taken = false;
    };
  }

  #add(keyId: string, change: number): void {
    this.#all += change;
    const count = (this.#counts.get(keyId) ?? 0) + change;
    if (count === 0) this.#counts.delete(keyId);
    else this.#counts.set(keyId, count);
  }
}

/** Bytes that may wait on the streams of all keys. */
const STREAM_BYTES = 256 * 1024 * 1024;

/** What keys have in use at the edges: calls under way, calls that wait for something, listen streams, what waits on streams. */
export class InUse {
  readonly calls: KeyCounts;
  readonly waits: KeyCounts;
  readonly listens: KeyCounts;
  readonly streams: QueueRoom;

  constructor(limits: Limits) {
    this.calls = new KeyCounts(limits, 'calls-per-key');
    this.waits = new KeyCounts(limits, 'waits-per-key', 'waits');
    this.listens = new KeyCounts(limits, 'listens-per-key');
    this.streams = new QueueRoom({ keyBytes: limits['stream-bytes-per-key'], allBytes: STREAM_BYTES });
  }
}
