import { actorId } from '../../protocol/actor-id.ts';
import type { HubEvent, StoredEvent } from '../../protocol/events.ts';
import { storedJson } from '../stored-json.ts';
import type { EncodedEvent } from './event-log.ts';
import type { Db, SqlRow } from './db.ts';
import { GENESIS_HASH } from './chain.ts';

/** Puts an event into the log's table. */
export function insertEvent(db: Db, event: HubEvent, json: string, hash: string): void {
  const { seq, at, type, actor, session, workspace, cause } = columnsOf(event);
  db.prepare(
    'INSERT INTO events (seq, at, type, actor, session, workspace, cause, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(seq, at, type, actor, session, workspace, cause, json, hash);
}

/** What the log's table has of an event beside its text, for queries. */
export function columnsOf(event: HubEvent) {
  return {
    seq: event.seq,
    at: event.at,
    type: event.type,
    actor: actorId(event.actor),
    session: storedSession(event) ?? null,
    workspace: ('workspace' in event ? event.workspace : undefined) ?? null,
    cause: event.cause ?? null,
  } satisfies SqlRow;
}

/**
 * The session in an event's row: the one that acted, else the one that it is about. For a few events queries want
 * another: `parties` has those.
 */
export function storedSession(event: HubEvent): string | undefined {
  if (event.actor.kind === 'agent' && event.actor.session !== undefined) return event.actor.session;
  return 'sessionId' in event ? event.sessionId : undefined;
}

/** At most `limit` events after a seq, with the text that was hashed and their hashes. */
export function readRows(db: Db, afterSeq: number, limit: number): readonly StoredRow[] {
  return db
    .prepare('SELECT seq, body, hash FROM events WHERE seq >= ? ORDER BY seq LIMIT ?') // `> afterSeq` would visit its page
    .all(afterSeq + 1, limit)
    .map((row) => ({ seq: Number(row['seq']), json: String(row['body']), hash: String(row['hash']) }));
}

/**
 * All events after a seq, in order. If a part of the database cannot be read, all events before it still
 * come; then SQLite's error is thrown.
 */
export function* rowsAfter(db: Db, afterSeq: number): Generator<StoredRow, void, undefined> {
  let after = afterSeq;
  let limit = PAGE;
  for (;;) {
    let rows: readonly StoredRow[];
    try {
      rows = readRows(db, after, limit);
    } catch (error) {
      if (limit === 1) throw error;
      limit = 1; // one bad page fails the whole read: up to it, by single steps
      continue;
    }
    for (const row of rows) {
      after = row.seq;
      yield row;
    }
    if (rows.length < limit) return;
  }
}

const PAGE = 2000;

export interface StoredRow {
  readonly seq: number;
  readonly json: string;
  readonly hash: string;
}

/** Columns that {@link storedEvent} needs, of `events e`. */
export const STORED_COLUMNS =
  'e.seq, e.body, e.hash, coalesce((SELECT p.hash FROM events p WHERE p.seq = e.seq - 1), ' +
  "(SELECT json_extract(c.event, '$.lastHash') FROM cut c WHERE json_extract(c.event, '$.throughSeq') = e.seq - 1)) AS prev_hash";

/** The event of a row of {@link STORED_COLUMNS}. */
export function storedEvent(row: SqlRow): StoredEvent {
  const event = storedJson(row['body']) as HubEvent;
  const prevHash = typeof row['prev_hash'] === 'string' ? row['prev_hash'] : GENESIS_HASH;
  return { ...event, prevHash, hash: String(row['hash']) };
}

/** The event and its text, as subscribers get it. */
export function encodedEvent(row: StoredRow): EncodedEvent {
  return { event: storedJson(row.json) as HubEvent, json: row.json };
}
