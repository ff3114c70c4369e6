import { z } from 'zod';
import type { HubEvent } from '../events.ts';
import type { OpenPart } from '../open-answer.ts';
import type { StateSnapshot } from '../snapshot.ts';
import { call } from './define-call.ts';
import { id } from './fields.ts';

/** The first part of the hub as it was after an event; with `more`, `pastMore` gives the next one. */
export interface PastAnswer {
  readonly pastId: string;
  readonly state: StateSnapshot;
  /** The last events up to that one, oldest first. */
  readonly recent: readonly HubEvent[];
  readonly more?: true;
}

export const pastCalls = {
  /** The hub as it was right after an event of the log. `gone` where the log begins later. */
  pastOpen: call(z.strictObject({ seq: z.number().int().nonnegative() })).answers<PastAnswer>(),
  /** The next part, until one has no `more`. `gone` for one that was not asked for in a minute, or that newer ones replaced. */
  pastMore: call(z.strictObject({ pastId: id })).answers<OpenPart>(),
  /** Events after one, oldest first, brief: at most 1,000, and as many as fit. */
  eventsAfter: call(
    z.strictObject({ seq: z.number().int().nonnegative(), limit: z.number().int().min(1).max(1_000) }),
  ).answers<readonly HubEvent[]>(),
};
