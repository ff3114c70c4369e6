import type { Timers } from '../timers.ts';

export interface LeasesOptions {
  readonly timers: Timers;
  readonly now: () => number;
  /** When the next lease or wait ends, ms since the epoch; undefined if there is none. */
  readonly next: () => number | undefined;
  /** Ends leases and waits that are over, some of them; false if it could not. Called when `next` has passed. */
  readonly expire: () => boolean;
}

/**
 * One timer for all leases and waits. It checks at least every second while there are any. When the clock of
 * the machine was set, the leases are moved first, in the same commit: they last by elapsed time.
 */
export class Leases {
  readonly #options: LeasesOptions;
  #timer: unknown;

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** Call when leases or waits have changed. */
  changed(): void {
    this.#arm(0);
  }

  #arm(atLeastMs: number): void {
    const { timers, now, next } = this.#options;
    if (this.#timer !== undefined) timers.clearTimeout(this.#timer);
    this.#timer = undefined;
    const at = next();
    if (at === undefined) return;
    const delay = Math.min(Math.max(at - now(), atLeastMs), LOOK_AGAIN_MS);
    this.#timer = timers.setTimeout(() => this.#look(), delay);
  }

  close(): void {
    if (this.#timer !== undefined) this.#options.timers.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    this.#timer = undefined;
    const { now, next, expire } = this.#options;
    const due = (): boolean => (next() ?? Infinity) <= now();
    const isTried = due() && expire();
    // If nothing could be ended because the disk refuses writes, it is not tried again at once.
    this.#arm(due() && !isTried ? LOOK_AGAIN_MS : 0);
  }
}

const LOOK_AGAIN_MS = 1000;
