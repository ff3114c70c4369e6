import { actorId } from '../../../protocol/actor-id.ts';
import { doerOf, partiesOf, sessionOf } from '../../../protocol/event-parties.ts';
import { storedSession } from '../stored-events.ts';
import type { Projection } from './projection.ts';

/**
 * Whom an event concerns besides the actor and session of its row: keys, `human`, `hub` and sessions. `did` is 1 for
 * who did it, as where a release granted a lock to another; then the actor of the row is here with 0. Most events
 * are calls, which concern their actor alone and have no row.
 */
export const eventPartiesProjection: Projection = {
  name: 'event parties',
  schema: [
    `CREATE TABLE event_parties (
      party TEXT NOT NULL, seq INTEGER NOT NULL, did INTEGER NOT NULL, PRIMARY KEY (party, seq)
    ) WITHOUT ROWID`,
  ],
  apply(db, event, before) {
    if (event.type === 'tool.called') return;
    const ownerOf = (id: string): string | undefined => {
      const job = before.jobs.get(id);
      return job ? actorId(job.requestedBy) : before.sessions.get(id)?.keyId;
    };
    const insert = (party: string, did: boolean): void =>
      db.prepare('INSERT OR IGNORE INTO event_parties VALUES (?, ?, ?)').run(party, event.seq, did ? 1 : 0);
    const actor = actorId(event.actor);
    const doer = doerOf(event, ownerOf);
    for (const party of partiesOf(event, ownerOf)) {
      if (party !== actor) insert(party, party === doer);
      else if (doer !== actor) insert(party, false);
    }
    const [stored, session] = [storedSession(event), sessionOf(event)];
    if (stored === session) return;
    if (session !== undefined) insert(session, true);
    if (stored !== undefined) insert(stored, false);
  },
};
