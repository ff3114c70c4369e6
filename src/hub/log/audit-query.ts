import { HubError } from '../../protocol/errors.ts';
import { eventTypes, type StoredEvent } from '../../protocol/events.ts';
import { namesType } from '../../protocol/noun.ts';
import type { AuditQuery } from '../../protocol/records.ts';
import type { Db, SqlValue } from './db.ts';
import { BLOCK_BITS } from './projections/session-blocks.ts';
import { STORED_COLUMNS, storedEvent } from './stored-events.ts';

/** What is asked of the log: at most `limit` events, in order from the one after `afterSeq` (before it, where newest come first). */
export interface EventQuery extends Omit<AuditQuery, 'cursor'> {
  readonly limit: number;
  readonly afterSeq?: number | undefined;
}

/**
 * The events that match a query, in its order, with the characters of their JSON. Which they are is found at once; each
 * is read when it is taken, so other work may come in between. Throws `invalid_argument` for a type that there is not.
 */
export function* eventsMatching(
  db: Db,
  query: EventQuery,
): Generator<{ readonly event: StoredEvent; readonly size: number }, void, undefined> {
  const ascending = query.order === 'asc';
  const { afterSeq } = query;
  // `at` never decreases along the log, so bounds of time are bounds of seq.
  const low = Math.max(
    query.from === undefined ? 1 : firstAt(db, query.from),
    ascending && afterSeq !== undefined ? afterSeq + 1 : 1,
  );
  const high = Math.min(
    query.to === undefined ? Number.MAX_SAFE_INTEGER : firstAt(db, query.to) - 1,
    !ascending && afterSeq !== undefined ? afterSeq - 1 : Number.MAX_SAFE_INTEGER,
  );
  if (low > high) return;

  const select = (type?: string): readonly number[] => {
    const conditions: [string, SqlValue][] = [
      ...(query.actor === undefined ? [] : [['e.actor = ?', query.actor] as [string, SqlValue]]),
      ...(query.sessionId === undefined ? [] : [['e.session = ?', query.sessionId] as [string, SqlValue]]),
      ...(query.workspace === undefined ? [] : [['e.workspace = ?', query.workspace] as [string, SqlValue]]),
      ...(type === undefined ? [] : [['e.type = ?', type] as [string, SqlValue]]),
    ];
    const where = conditions.map(([condition]) => ` AND ${condition}`).join('');
    const rare = type !== undefined && type !== 'tool.called';
    const direction = ascending ? 'ASC' : 'DESC';
    // The `+` keeps SQLite from taking these bounds for those of each block.
    const bySession = query.sessionId !== undefined && !rare;
    return db
      .prepare(
        bySession
          ? `SELECT e.seq FROM session_blocks b CROSS JOIN events e
             ON e.seq BETWEEN b.block << ${BLOCK_BITS} AND (b.block << ${BLOCK_BITS}) + ${2 ** BLOCK_BITS - 1}
             WHERE b.session = ? AND b.block BETWEEN ? >> ${BLOCK_BITS} AND ? >> ${BLOCK_BITS} AND +e.seq BETWEEN ? AND ?${where}
             ORDER BY b.block ${direction}, e.seq ${direction} LIMIT ?`
          : `SELECT seq FROM events e ${indexFor(query, rare)} WHERE seq BETWEEN ? AND ?${where}${rare ? " AND type <> 'tool.called'" : ''} ` +
              `ORDER BY seq ${direction} LIMIT ?`,
      )
      .all(
        ...(bySession ? [query.sessionId, low, high] : []),
        low,
        high,
        ...conditions.map(([, value]) => value),
        query.limit,
      )
      .map((row) => Number(row['seq']));
  };

  // One ordered index read for each type, merged: as quick for rare types as for common ones.
  const seqs = query.types === undefined ? select() : typesMatching(query.types).flatMap((type) => [...select(type)]);
  const found = seqs.toSorted((a, b) => (ascending ? a - b : b - a)).slice(0, query.limit);
  const read = db.prepare(`SELECT ${STORED_COLUMNS} FROM events e WHERE e.seq = ?`);
  for (const seq of found) {
    const row = read.get(seq);
    if (row) yield { event: storedEvent(row), size: String(row['body']).length };
  }
}

/** The types named by a list of types and nouns. Throws `invalid_argument` for what is neither. */
export function typesMatching(names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const name of names) {
    const matching = eventTypes.filter((type) => namesType([name], type));
    if (matching.length === 0) {
      throw new HubError(
        'invalid_argument',
        `There is no event type ${name}. Types are ${eventTypes.join(', ')}; a noun such as lock stands for all of its own.`,
        {
          details: { type: name },
        },
      );
    }
    for (const type of matching) found.add(type);
  }
  return [...found];
}

/** The most selective index for a query. SQLite has no statistics from which to know it. */
function indexFor(query: EventQuery, rare: boolean): string {
  if (rare) return 'INDEXED BY events_type';
  if (query.actor !== undefined) return 'INDEXED BY events_actor';
  return query.workspace === undefined ? 'NOT INDEXED' : 'INDEXED BY events_workspace';
}

/** The seq of the first event at or after a time; one past the last when there is none. */
function firstAt(db: Db, at: number): number {
  const atOf = db.prepare('SELECT at FROM events WHERE seq = ?');
  let low = 1;
  let high = Number(db.prepare('SELECT max(seq) AS seq FROM events').get()?.['seq'] ?? 0) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (Number(atOf.get(middle)?.['at']) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
