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

/**
 * A clock in ms since the epoch that never goes back. If the wall clock is set back, it runs on at the same
 * speed, so that leases end on time. If the wall clock is set forward (or the machine slept), it follows.
 * `notBefore` is the time of the log's last event.
 */
export function steadyClock(wall: () => number, elapsed: () => number, notBefore: number): () => number {
  let anchor = Math.max(wall(), notBefore);
  let anchoredAt = elapsed();
  let told = anchor;
  return () => {
    const real = wall();
    if (real === told) return real; // read many times in each ms
    const at = elapsed();
    const steady = anchor + (at - anchoredAt);
    if (real < steady) return (told = Math.floor(steady));
    anchor = real;
    anchoredAt = at;
    return (told = real);
  };
}
