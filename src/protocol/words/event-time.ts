import type { EventEnvelope } from '../envelope.ts';
import { timeOf } from '../time-of.ts';
import { formatDateTime } from './units.ts';

/** Clocks that are set are off by more than this; less is what any clock does. In ms. */
const NOTED_MS = 1_000;

export interface EventTime {
  /** What the hub's clock showed, in ms since the epoch. */
  readonly at: number;
  /** Both times in a sentence, where the log's is later, as after a wrong clock; else undefined. */
  readonly note: string | undefined;
}

/** When an event happened, for people. */
export function eventTime(event: Pick<EventEnvelope, 'at' | 'clock'>): EventTime {
  const at = timeOf(event);
  if (event.at - at < NOTED_MS) return { at, note: undefined };
  return {
    at,
    note: `${formatDateTime(at)} by the clock of then. The log has it as ${formatDateTime(event.at)}, as an earlier event was written while the clock was ahead.`,
  };
}
