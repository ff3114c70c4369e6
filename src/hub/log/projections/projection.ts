import type { HubEvent } from '../../../protocol/events.ts';
import type { HubState } from '../../../protocol/state.ts';
import type { Db } from '../db.ts';

/**
 * Tables folded from the log, for data that grows without bound. They are written in the transaction that
 * writes the events, so that the two never disagree.
 */
export interface Projection {
  readonly name: string;
  /** `CREATE TABLE …` and `CREATE INDEX …`. If it changes, the tables are built again from the whole log. */
  readonly schema: readonly string[];
  /** `before` is the state without this event. Must not depend on anything else: no clock, no files. */
  apply(db: Db, event: HubEvent, before: HubState): void;
}
