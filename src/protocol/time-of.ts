import type { EventEnvelope } from './envelope.ts';

/** What the hub's clock showed at an event, in ms since the epoch. `at` is later where the log had a later time already. */
export function timeOf({ at, clock }: Pick<EventEnvelope, 'at' | 'clock'>): number {
  return clock ?? at;
}
