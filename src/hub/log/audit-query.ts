import { HubError } from '../../protocol/errors.ts';
import { eventTypes, type StoredEvent } from '../../protocol/events.ts';
import { readTypes } from '../../protocol/words/event-type-names.ts';
import type { Db } from './db.ts';
import { isAgent, sourcesOf, type AuditSource, type EventQuery, type SqlCondition } from './audit-sources.ts';
import { BLOCK_BITS } from './projections/session-blocks.ts';
import { STORED_COLUMNS, storedEvent } from './stored-events.ts';
import { rangesOfTime, type SeqsOfTime } from './time-ranges.ts';

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
  const first = ascending && afterSeq !== undefined ? afterSeq + 1 : 1;
  const last = !ascending && afterSeq !== undefined ? afterSeq - 1 : Number.MAX_SAFE_INTEGER;
  const ranges = rangesOfTime(db, query.from, query.to)
    .map(({ low, high }) => ({ low: Math.max(low, first), high: Math.min(high, last) }))
    .filter(({ low, high }) => low <= high);

  const select = (range: SeqsOfTime, type?: string): readonly number[] => {
    const rare = type !== undefined && type !== 'tool.called';
    return sourcesOf(query, rare ? type : undefined).flatMap((source) => {
      const types = source.isByType && type === undefined ? eventTypes : [type];
      return types.flatMap((each) => seqsOf(db, query, source, range, each));
    });
  };

  // One ordered index read for each type, merged: as quick for rare types as for common ones.
  const isByAgent = [query.by, query.involving].some((whom) => whom !== undefined && isAgent(whom));
  // What concerns an agent has an index by type.
  const types = query.types === undefined ? (isByAgent ? eventTypes : [undefined]) : typesMatching(query.types);
  const seqs = ranges.flatMap((range) => types.flatMap((type) => [...select(range, type)]));
  const found = seqs.toSorted((a, b) => (ascending ? a - b : b - a)).slice(0, query.limit);
  const read = db.prepare(`SELECT ${STORED_COLUMNS} FROM events e WHERE e.seq = ?`);
  for (const seq of found) {
    const row = read.get(seq);
    if (row) yield { event: storedEvent(row), size: String(row['body']).length };
  }
}

/** What one source has of a query, in its order: seqs in a range, of one type or of all. */
function seqsOf(
  db: Db,
  query: EventQuery,
  { from, seq, block, isByType, conditions }: AuditSource,
  { low, high }: SeqsOfTime,
  type: string | undefined,
): readonly number[] {
  const all: readonly SqlCondition[] = [
    ...conditions,
    // The `+` keeps SQLite from taking these bounds for those of each block.
    [`${block === undefined ? '' : '+'}${seq} BETWEEN ? AND ?`, low, high],
    ...(block === undefined ? [] : [[`b.block BETWEEN ? >> ${BLOCK_BITS} AND ? >> ${BLOCK_BITS}`, low, high] as const]),
    ...(query.workspace === undefined
      ? []
      : [[query.orNone ? '(e.workspace = ? OR e.workspace IS NULL)' : 'e.workspace = ?', query.workspace] as const]),
    ...(type === undefined ? [] : [['e.type = ?', type] as const]),
    ...(type === undefined || !isByType ? [] : [['p.type = ?', type] as const]),
    ...(type === undefined || type === 'tool.called' ? [] : [["e.type <> 'tool.called'"] as const]),
  ];
  const direction = query.order === 'asc' ? 'ASC' : 'DESC';
  const order = [...(block === undefined ? [] : [block]), seq].map((by) => `${by} ${direction}`);
  return db
    .prepare(
      `SELECT e.seq FROM ${from} WHERE ${all.map(([sql]) => sql).join(' AND ')} ORDER BY ${order.join(', ')} LIMIT ?`,
    )
    .all(...all.flatMap(([, ...values]) => values), query.limit)
    .map((row) => Number(row['seq']));
}

/** The types named by a list of types and nouns. Throws `invalid_argument` for what is neither. */
export function typesMatching(names: readonly string[]): readonly string[] {
  const named = readTypes(names);
  if (!('wrong' in named)) return named.types;
  throw new HubError('invalid_argument', named.words, { details: { type: named.wrong } });
}
