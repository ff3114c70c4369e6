import { actorId, keyOfId } from '../../../protocol/actor-id.ts';
import { doerOf, partiesOf, sessionOf } from '../../../protocol/event-parties.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import type { HubState } from '../../../protocol/state.ts';
import { storedSession } from '../stored-events.ts';
import type { Projection } from './projection.ts';

/**
 * Whom an event concerns besides the actor and session of its row: keys, `human`, `hub` and sessions. `did` is 1 for
 * who did it, as where a release granted a lock to another; then the actor of the row is here with 0. Most events
 * are calls, which concern their actor alone and have no row.
 */
export const eventPartiesProjection: Projection = {
  name: 'event parties',
  version: 1,
  perEvent: { event_parties: 'seq' },
  schema: [
    `CREATE TABLE event_parties (
      party TEXT NOT NULL, seq INTEGER NOT NULL, did INTEGER NOT NULL, PRIMARY KEY (party, seq)
    ) WITHOUT ROWID`,
  ],
  apply(db, event, before) {
    if (event.type === 'tool.called') return;
    const insert = db.prepare('INSERT INTO event_parties VALUES (?, ?, ?)');
    for (const [party, did] of besidesRow(event, before)) insert.run(party, event.seq, did ? 1 : 0);
  },
};

/**
 * Whom an event of each type concerns, its actor too: for queries of one type. Calls are so many of all events that a
 * query for them alone may as well read them by their actor.
 */
export const partiesByTypeProjection: Projection = {
  name: 'parties by type',
  version: 1,
  perEvent: { parties_by_type: 'seq' },
  schema: [
    `CREATE TABLE parties_by_type (
      party TEXT NOT NULL, type TEXT NOT NULL, seq INTEGER NOT NULL, did INTEGER NOT NULL, PRIMARY KEY (party, type, seq)
    ) WITHOUT ROWID`,
  ],
  apply(db, event, before) {
    if (event.type === 'tool.called') return;
    const insert = db.prepare('INSERT INTO parties_by_type VALUES (?, ?, ?, ?)');
    for (const [party, did] of new Map([[actorId(event.actor), true], ...besidesRow(event, before)])) {
      insert.run(party, event.type, event.seq, did ? 1 : 0);
    }
  },
};

/** Whom an event concerns, and whether it did it, where its row does not say so. `before` is the state without it. */
function besidesRow(event: HubEvent, before: HubState): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>();
  const add = (party: string, did: boolean): void => {
    if (!found.has(party)) found.set(party, did);
  };
  const ownerOf = (id: string): string | undefined => {
    const job = before.jobs.get(id);
    return job ? actorId(job.requestedBy) : before.sessions.get(id)?.keyId; // rows are of keys: see agent-events.ts
  };
  const actor = actorId(event.actor);
  const doer = keyOfId(doerOf(event, ownerOf));
  for (const party of new Set(partiesOf(event, ownerOf).values().map(keyOfId))) {
    if (party !== actor) add(party, party === doer);
    else if (doer !== actor) add(party, false);
  }
  const [stored, session] = [storedSession(event), sessionOf(event)];
  if (stored === session) return found;
  if (session !== undefined) add(session, true);
  if (stored !== undefined) add(stored, false);
  return found;
}
