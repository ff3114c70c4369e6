import type { Timers } from '../../src/hub/timers.ts';

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it on: `now` and `timers` for a hub under test. */
export class FakeClock {
  #elapsed = 0;
  #wall: number;
  #order = 0;
  readonly #due = new Map<number, Due>();

  constructor(startsAt = Date.UTC(2026, 0, 5, 9, 0, 0)) {
    this.#wall = startsAt;
  }

  /** Ms since the epoch. */
  readonly now = (): number => this.#wall;

  readonly timers: Timers = {
    setTimeout: (run, ms) => {
      const order = this.#order++;
      this.#due.set(order, { at: this.#elapsed + Math.max(ms, 0), order, run });
      return order;
    },
    clearTimeout: (handle) => void this.#due.delete(handle as number),
    elapsed: () => this.#elapsed,
  };

  /** Lets time pass: timers run at their times, in order, also those that are set meanwhile. */
  advance(ms: number): void {
    const until = this.#elapsed + ms;
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#goTo(Math.max(next.at, this.#elapsed));
      this.#due.delete(next.order);
      next.run();
    }
    this.#goTo(until);
  }

  /** Time passes while the process stands still: timers that fell due meanwhile run late, at the end of it. */
  stall(ms: number): void {
    this.#goTo(this.#elapsed + ms);
    this.advance(0);
  }

  /** Sets the wall clock forward or back, as a person or NTP does: no time passes for timers. */
  jump(ms: number): void {
    this.#wall += ms;
  }

  #goTo(elapsed: number): void {
    this.#wall += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }

  #next(until: number): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due.values()) {
      if (due.at <= until && (!first || due.at < first.at)) first = due;
    }
    return first;
  }
}
