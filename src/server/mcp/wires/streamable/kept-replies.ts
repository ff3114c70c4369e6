import type { Timers } from '../../../../hub/timers.ts';

/** A reply, as far as keeping it is concerned. */
interface KeptReply {
  readonly number: number;
  readonly done: boolean;
  readonly bytes: number;
}

/** Bounds of what is kept of replies that are done. */
const MAX_COUNT = 16;
const MAX_BYTES = 1024 * 1024;
const MAX_AGE_MS = 5 * 60_000;

/**
 * The reply streams of one session, for a client that loses one and fetches the rest. All that are not
 * done are kept; of those that are, the newest 16 within 1 MiB (the very newest whatever its size), for
 * 5 minutes.
 */
export class KeptReplies<Reply extends KeptReply> {
  readonly #timers: Timers;
  /** Oldest first. */
  readonly #all = new Map<number, Reply>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get(number: number): Reply | undefined {
    return this.#all.get(number);
  }

  add(reply: Reply): void {
    this.#all.set(reply.number, reply);
  }

  /** A reply is done: the bounds apply to it now. Does nothing for one that was never added. */
  done({ number }: Reply): void {
    if (!this.#all.has(number)) return;
    this.#timers.setTimeout(() => this.#all.delete(number), MAX_AGE_MS);
    let bytes = 0;
    const newestFirst = [...this.#all.values()].filter(({ done }) => done).toReversed();
    for (const [index, reply] of newestFirst.entries()) {
      bytes += reply.bytes;
      if (index > 0 && (index >= MAX_COUNT || bytes > MAX_BYTES)) this.#all.delete(reply.number);
    }
  }
}
