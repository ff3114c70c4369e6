import type { Timers } from '../../../hub/timers.ts';

/** A stream that needs a sign of life now and then. */
export interface KeepAliveTarget {
  /** `at`: ms since the epoch. */
  keepAlive(at: number): void;
}

/**
 * One timer for all streams: each gets a sign of life every `everyMs`, as some clients and proxies close
 * a connection that is silent for a minute. A timer for each stream would cost memory for each agent.
 */
export class KeepAlive {
  readonly #clock: { readonly timers: Timers; readonly now: () => number };
  readonly #everyMs: number;
  readonly #targets = new Set<KeepAliveTarget>();
  #handle: unknown;
  #closed = false;

  constructor(clock: { readonly timers: Timers; readonly now: () => number }, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#arm();
  }

  /** Keeps a stream alive until the returned function is called. */
  add(target: KeepAliveTarget): () => void {
    this.#targets.add(target);
    return () => {
      this.#targets.delete(target);
    };
  }

  close(): void {
    this.#closed = true;
    this.#clock.timers.clearTimeout(this.#handle);
    this.#targets.clear();
  }

  #arm(): void {
    if (this.#closed) return;
    this.#handle = this.#clock.timers.setTimeout(() => {
      const at = this.#clock.now();
      for (const target of this.#targets) target.keepAlive(at);
      this.#arm();
    }, this.#everyMs);
  }
}
