import type { HubState } from '../../protocol/state.ts';
import type { Timers } from '../timers.ts';

/** How often the clock is looked at while nothing else happens. */
const LOOK_MS = 1_000;
/** Less is no step: two clocks of one machine differ by some ms, and are not read in the same instant. */
const STEP_MS = 1_000;

export interface ClockWatchOptions {
  /** The wall clock: ms since the epoch. */
  readonly now: () => number;
  readonly timers: Timers;
  readonly state: HubState;
  /** Called now and then, to log a step. */
  readonly look: () => void;
}

/**
 * Compares the wall clock, which people, NTP and a sleep of the machine set, with one that only runs. What the
 * log has of steps is in the state, so that a step whose event was lost is found again.
 */
export class ClockWatch {
  readonly #options: ClockWatchOptions;
  /** What the wall clock would show at zero of the other, had it never been set. */
  readonly #base: number;
  #timer: unknown;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    const { now, timers, state } = options;
    // Before the last event: it was set back while no hub ran, by at least so much.
    this.#base = Math.max(now(), state.clockAt) - timers.elapsed() - state.steppedMs;
    this.#arm();
  }

  /** By how much the wall clock was set since the last step that is logged, in ms; 0 for not at all. */
  step(): number {
    const { now, timers, state } = this.#options;
    const byMs = Math.round(now() - timers.elapsed() - this.#base - state.steppedMs);
    return Math.abs(byMs) < STEP_MS ? 0 : byMs;
  }

  close(): void {
    this.#options.timers.clearTimeout(this.#timer);
  }

  #arm(): void {
    this.#timer = this.#options.timers.setTimeout(() => {
      this.#arm();
      this.#options.look();
    }, LOOK_MS);
  }
}
