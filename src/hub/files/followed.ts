import type { StoredEvent } from '../../protocol/events.ts';
import type { Db, Row } from '../log/db.ts';
import { STORED_COLUMNS, storedEvent } from '../log/stored-events.ts';

/** A stretch of the log. */
export interface Stretch {
  /** Seqs greater than this. */
  readonly after: number;
  /** How many of them. */
  readonly events: number;
}

/** An event of a session: by it, else about it. */
export interface SessionEvent {
  readonly session: string;
  readonly event: StoredEvent;
}

/** A tool call of a session, without what it takes time to read. */
export interface SessionCall {
  readonly seq: number;
  readonly session: string;
  readonly cause: string | number;
}

/**
 * What sessions did in a stretch of the log that may have to do with a file: all but tool calls whose
 * text has the file's id or path in it, and all of jobs. The caller looks closer. Oldest first.
 */
export function sessionEventsNaming(
  db: Db,
  { after, events }: Stretch,
  file: { readonly fileId: string; readonly path: string },
): readonly SessionEvent[] {
  // In order of seq: the index of types knows no stretch.
  return db
    .prepare(
      `SELECT ${STORED_COLUMNS}, e.session FROM events e NOT INDEXED
       WHERE e.seq BETWEEN ? AND ? AND e.session IS NOT NULL AND e.type <> 'tool.called'
         AND (instr(e.body, ?) OR instr(e.body, ?) OR e.type GLOB 'job.*') ORDER BY e.seq`,
    )
    .all(after + 1, after + events, JSON.stringify(file.fileId), JSON.stringify(file.path).slice(1, -1))
    .map(sessionEvent);
}

/** The tool calls of all sessions in a stretch of the log, oldest first. */
export function sessionCalls(db: Db, { after, events }: Stretch): readonly SessionCall[] {
  return db
    .prepare(
      `SELECT seq, session, cause FROM events NOT INDEXED
       WHERE seq BETWEEN ? AND ? AND type = 'tool.called' AND session IS NOT NULL AND cause IS NOT NULL ORDER BY seq`,
    )
    .all(after + 1, after + events)
    .map(({ seq, session, cause }) => ({
      seq: Number(seq),
      session: String(session),
      cause: typeof cause === 'string' ? cause : Number(cause),
    }));
}

/** The events of sessions with these seqs. */
export function sessionEventsAt(db: Db, seqs: readonly number[]): readonly SessionEvent[] {
  return db
    .prepare(
      `SELECT ${STORED_COLUMNS}, e.session FROM json_each(?) j CROSS JOIN events e ON e.seq = j.value
       WHERE e.session IS NOT NULL`,
    )
    .all(JSON.stringify(seqs))
    .map(sessionEvent);
}

function sessionEvent(row: Row): SessionEvent {
  return { session: String(row['session']), event: storedEvent(row) };
}
