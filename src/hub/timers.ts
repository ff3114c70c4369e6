/** Timers, injected together with the clock so that tests decide when time passes. */
export interface Timers {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  /** Ms on a clock that never jumps, from an arbitrary zero. */
  elapsed(): number;
}

/** The machine's timers. They do not keep the process alive. */
export function realTimers(): Timers {
  return {
    setTimeout: (run, ms) => setTimeout(run, ms).unref(),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout), // made above
    elapsed: () => performance.now(),
  };
}
