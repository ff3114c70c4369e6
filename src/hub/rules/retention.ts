import { HubError } from '../../protocol/errors.ts';
import type { PrunedEvents } from '../../protocol/records.ts';
import type { EventOf } from '../../protocol/events.ts';
import type { Rule } from '../rule.ts';
import { onlyPeople } from './only-people.ts';

/** What happened in so many ms stays in the log, whatever is asked: clients that come back read it. */
export const LEAST_KEPT_MS = 24 * 60 * 60_000;
/** The longest time that can be set, in ms: a hundred years. */
export const MOST_KEPT_MS = 36_500 * LEAST_KEPT_MS;

export interface SetRetention {
  /** In ms; undefined for ever. */
  readonly keepMs: number | undefined;
}

/** Says how long the log is kept. Logs nothing where that was said already. */
export const setRetention: Rule<SetRetention, void> = (state, { keepMs }, { actor }) => {
  const bad = onlyPeople(actor, 'say how long the log is kept');
  if (bad) return bad;
  if (keepMs !== undefined && (keepMs < LEAST_KEPT_MS || keepMs > MOST_KEPT_MS)) {
    return new HubError('invalid_argument', 'The log can be kept for 1 day to 36,500 days, or for ever.', {
      details: { keepMs, leastMs: LEAST_KEPT_MS, mostMs: MOST_KEPT_MS },
    });
  }
  if (keepMs === state.retention.keepMs) return { events: [], answer: () => undefined };
  return {
    events: [{ type: 'audit.retention_set', ...(keepMs === undefined ? {} : { keepMs }) }],
    answer: () => undefined,
  };
};

/** The events to remove, and the file with the state that they made. */
export interface PruneLog extends PrunedEvents, Pick<EventOf<'audit.pruned'>, 'lastHash' | 'base' | 'checkpoint'> {}

/** Makes the log begin behind some events. What they made is in a file by then. */
export const pruneLog: Rule<PruneLog, void> = (state, facts, { actor, now }) => {
  const bad = onlyPeople(actor, 'remove events from the log') ?? tooYoung(facts.to, now);
  if (bad) return bad;
  const cut = state.retention.cut?.seq ?? 0;
  if (facts.throughSeq <= cut || facts.throughSeq > state.seq) {
    return new HubError('conflict', `The log begins after event ${cut} by now; look again what there is to remove.`);
  }
  return { events: [{ type: 'audit.pruned', ...facts }], answer: () => undefined };
};

/** The refusal to remove what happened within the last day; undefined for what is older. */
export function tooYoung(before: number, now: number): HubError | undefined {
  if (before <= now - LEAST_KEPT_MS) return undefined;
  return new HubError(
    'invalid_argument',
    'What happened within the last 24 hours always stays in the log: give a time that is longer ago.',
    { details: { before, latest: now - LEAST_KEPT_MS } },
  );
}
