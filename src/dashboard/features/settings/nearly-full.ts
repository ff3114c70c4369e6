import type { LimitLine } from '../../../protocol/calls/limits.ts';

/** What share of a limit is nearly all of it. */
const NEARLY = 0.8;

/** Whether somebody has nearly as much as there may be. */
export function isNearlyFull({ value, used }: Pick<LimitLine, 'value' | 'used'>): boolean {
  return used !== undefined && used.amount >= value * NEARLY;
}
