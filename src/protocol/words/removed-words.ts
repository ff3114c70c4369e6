import { formatCount, formatDay } from './units.ts';
import type { LogCut } from '../retention-state.ts';

/** Where a log begins, in one sentence without its end: `The 12,544 events up to 2026-08-30 were removed on …`. */
export function removedWords({ seq, to, at }: LogCut): string {
  return `The ${formatCount(seq)} events up to ${formatDay(to)} were removed by retention on ${formatDay(at)}; the log begins with event ${seq + 1}`;
}
