import type { Timers } from '../timers.ts';

export interface LeasesOptions {
  readonly timers: Timers;
  readonly now: () => number;
  /** When the next thing runs out, ms since the epoch; undefined when nothing does. */
  readonly next: () => number | undefined;
  /** Ends whatever has run out. Called when `next` has passed. */
  readonly expire: () => void;
}

/**
 * One timer for all that runs out. It looks again at least every second while something is
 * pending, so that a clock set forward, or a machine that slept, is noticed within that time.
 */
export class Leases {
  readonly #options: LeasesOptions;
  #timer: unknown;

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** To be called when what is pending has changed. */
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
    if (due()) expire();
    // What could not be ended now, because the disk refuses writes, is not tried again at once.
    this.#arm(due() ? LOOK_AGAIN_MS : 0);
  }
}

const LOOK_AGAIN_MS = 1000;
