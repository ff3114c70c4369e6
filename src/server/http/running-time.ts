import type { Timers } from '../../hub/timers.ts';

/** A timer that comes so late says that the hub's own process stood still: it was stopped, or the machine slept. In ms. */
export const STOOD_STILL_MS = 5_000;
/** So much of a standstill may count, in ms. */
const STEP_MS = 1_000;

/**
 * Calls `over` after so many ms in which this process ran. The time in which it stood still does not count: nobody
 * could be read or written to, and what came meanwhile is read before a peer is looked at again.
 * @returns what stops it
 */
export function afterRunning(timers: Timers, ms: number, over: () => void): () => void {
  let left = ms;
  let handle: unknown;
  const arm = (): void => {
    const stepMs = Math.min(left, STEP_MS);
    const due = timers.elapsed() + stepMs;
    handle = timers.setTimeout(() => {
      if (timers.elapsed() - due < STOOD_STILL_MS) left -= stepMs;
      if (left > 0) arm();
      else over();
    }, stepMs);
  };
  arm();
  return () => timers.clearTimeout(handle);
}
