import { MOST_EFFECTS_READ } from '../../protocol/records.ts';
import { formatCount } from '../../protocol/words/units.ts';

/** Effects that are shown as lines. */
export const MOST_EFFECTS = 100;

/** What is said of effects without a line, of `read` that the hub gave: it gives no more than 1,000. */
export function moreEffects(read: number): string | undefined {
  if (read <= MOST_EFFECTS) return undefined;
  return `and ${read < MOST_EFFECTS_READ ? '' : 'at least '}${formatCount(read - MOST_EFFECTS)} more`;
}
