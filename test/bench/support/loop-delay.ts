import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Between two looks at the loop, in ms: what a look comes late by is the delay. */
const RESOLUTION_MS = 1;
const NS_PER_MS = 1e6;

let delays: ReturnType<typeof monitorEventLoopDelay> | undefined;

/** Measures this process's event loop from now on. */
export function watchLoop(): void {
  delays?.disable();
  delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
}

/** Ms by which the loop was late since {@link watchLoop}; texts, as bench servers' answers are. */
export function loopDelay(): Record<string, string> {
  const late = (ns: number): string => String(Math.max(0, ns / NS_PER_MS - RESOLUTION_MS));
  return { p999: late(delays?.percentile(99.9) ?? 0), max: late(delays?.max ?? 0) };
}
