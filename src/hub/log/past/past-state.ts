import { applyEvent } from '../../../protocol/apply-event.ts';
import { briefEvent } from '../../../protocol/brief-event.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import { takeSnapshot, type StateSnapshot } from '../../../protocol/snapshot.ts';
import { endStart, logStart } from '../base.ts';
import { cutSeq } from '../cut.ts';
import type { Db } from '../db.ts';
import { snapshotBefore } from '../snapshots.ts';
import { rowsAfter } from '../stored-events.ts';

/** The hub as it was right after an event. */
export interface PastState {
  readonly state: StateSnapshot;
  /** The last events up to that one, oldest first, brief. */
  readonly recent: readonly HubEvent[];
}

/** The last events that come with a state. */
export const PAST_RECENT = 500;

/**
 * The state after the event `seq`: the nearest stored one before it, and the events up to it.
 *
 * @throws HubError `gone` for an event that was removed, `not_found` for one that there is not
 */
export function pastState(db: Db, seq: number): PastState {
  const cut = cutSeq(db);
  if (seq < cut) throw new HubError('gone', `The log begins with event ${cut + 1}: earlier ones were removed.`);
  const state = snapshotBefore(db, seq) ?? beginning(db);
  const recent: HubEvent[] = [];
  const firstRecent = seq - PAST_RECENT;
  const note = (event: HubEvent): void => {
    if (event.seq > firstRecent) recent.push(briefEvent(event));
  };
  for (const row of rowsAfter(db, Math.max(cut, Math.min(state.seq, firstRecent)))) {
    if (row.seq > seq) break;
    const event = JSON.parse(row.json) as HubEvent;
    if (row.seq > state.seq) applyEvent(state, event);
    note(event);
  }
  if (state.seq !== seq) throw new HubError('not_found', `There is no event ${seq}.`, { details: { seq } });
  return { state: takeSnapshot(state), recent };
}

function beginning(db: Db) {
  const start = logStart(db);
  endStart(start);
  return start.state;
}
