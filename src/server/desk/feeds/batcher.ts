import type { Timers } from '../../../hub/timers.ts';

/** One frame of a 60 Hz display: faster changes cannot be seen one by one. */
const INTERVAL_MS = 16;

/**
 * Decides when gathered items are sent: at once if nothing was sent lately, else together when the interval
 * since the last time is over.
 */
export class Batcher {
  readonly #timers: Timers;
  readonly #send: () => void;
  #sentAt = -Infinity;
  #timer: unknown;

  constructor(timers: Timers, send: () => void) {
    this.#timers = timers;
    this.#send = send;
  }

  /** Something was gathered. */
  touch(): void {
    if (this.#timer !== undefined) return;
    const waitMs = this.#sentAt + INTERVAL_MS - this.#timers.elapsed();
    if (waitMs > 0) this.#timer = this.#timers.setTimeout(() => this.flush(), waitMs);
    else this.flush();
  }

  /** Sends what is gathered now. */
  flush(): void {
    this.stop();
    this.#sentAt = this.#timers.elapsed();
    this.#send();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#timers.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
