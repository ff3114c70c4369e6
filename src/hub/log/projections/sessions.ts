import type { PastSession } from '../../../protocol/records.ts';
import { timeOf } from '../../../protocol/time-of.ts';
import { projection } from './projection.ts';

/** Closed sessions, as {@link PastSession} in JSON, in the order in which they closed. */
export const sessionsProjection = projection('sessions', {
  version: 1,
  schema: [
    'CREATE TABLE past_sessions (closed_seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key_id TEXT NOT NULL, record TEXT NOT NULL) STRICT',
  ],
  on: {
    'session.closed': (db, event, before) => {
      const session = before.sessions.get(event.sessionId);
      if (!session) return;
      const record: PastSession = {
        ...session,
        status: 'closed',
        closedAt: timeOf(event),
        closeReason: event.reason,
        traffic: event.traffic,
      };
      db.prepare('INSERT INTO past_sessions (closed_seq, id, key_id, record) VALUES (?, ?, ?, ?)').run(
        event.seq,
        session.id,
        session.keyId,
        JSON.stringify(record),
      );
    },
  },
});
