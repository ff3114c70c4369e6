import type { Timers } from '../../../hub/timers.ts';

/** What wants to be reminded now and then that time passes. */
export interface Kept {
  /** `at`: ms since the epoch. */
  keepAlive(at: number): void;
}

/**
 * One timer for all streams: each gets a sign of life at least every `everyMs`, as some clients and
 * proxies end what is silent for a minute. A timer per stream would cost memory for each agent.
 */
export class KeepAlive {
  readonly #clock: { readonly timers: Timers; readonly now: () => number };
  readonly #everyMs: number;
  readonly #kept = new Set<Kept>();
  #handle: unknown;
  #closed = false;

  constructor(clock: { readonly timers: Timers; readonly now: () => number }, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#arm();
  }

  /** Keeps a stream alive until the returned function is called. */
  add(kept: Kept): () => void {
    this.#kept.add(kept);
    return () => {
      this.#kept.delete(kept);
    };
  }

  close(): void {
    this.#closed = true;
    this.#clock.timers.clearTimeout(this.#handle);
    this.#kept.clear();
  }

  #arm(): void {
    if (this.#closed) return;
    this.#handle = this.#clock.timers.setTimeout(() => {
      const at = this.#clock.now();
      for (const kept of this.#kept) kept.keepAlive(at);
      this.#arm();
    }, this.#everyMs);
  }
}
