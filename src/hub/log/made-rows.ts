import type { HubEvent } from '../../protocol/events.ts';
import type { HubState } from '../../protocol/state.ts';
import { applyEvent } from '../../protocol/apply-event.ts';
import { endStart, logStart } from './base.ts';
import { cutSeq } from './cut.ts';
import { openDb, transact, type Db, type SqlRow } from './db.ts';
import { perEventTables, rowsBehind } from './projections/per-event.ts';
import { metaName, restore, tablesOf, versionHash } from './projections/prepare.ts';
import type { Projection } from './projections/projection.ts';
import { readMeta } from './schema.ts';
import { columnsOf } from './stored-events.ts';

/** Events that are read at once. */
const PAGE = 2_000;

/**
 * The first row that is not what the events make of it, in words; undefined if there is none. SQLite's own check
 * cannot see such a row, as it knows no checksums. The events must be sound. Their rows are made again in a temporary
 * database; projections of another version are passed over, as the next start makes them anew.
 * @param isStopped asked now and then; throws once it answers true
 */
export function wrongMadeRow(
  db: Db,
  projections: readonly Projection[],
  isStopped: () => boolean = () => false,
): string | undefined {
  const fresh = openDb(''); // SQLite's temporary database: on disk where it grows large, and gone when it is closed
  db.exec('BEGIN'); // events and rows of one moment, while the hub goes on writing
  try {
    if (readMeta(db, 'log_id') === undefined) return 'the id of the log is missing.';
    const current = projections.filter((one) => readMeta(db, metaName(one)) === versionHash(one));
    for (const { schema } of current) for (const statement of schema) fresh.exec(statement);
    const wrongEvent = transact(fresh, () => remake(db, fresh, current, isStopped));
    if (wrongEvent !== undefined) return wrongEvent;
    const [tables, cut] = [perEventTables(current), cutSeq(db)];
    for (const table of current.flatMap(tablesOf)) {
      const wrong = wrongRow(db, fresh, { table, where: rowsBehind(table, tables, cut) }, isStopped);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  } finally {
    fresh.close();
    endRead(db);
  }
}

/** After an error of the disk the transaction may be over already; that error is the one to throw. */
function endRead(db: Db): void {
  try {
    db.exec('COMMIT');
  } catch {
    // see above
  }
}

/** Makes the rows of projections from all events; answers the first event whose columns are not what its text says. */
function remake(db: Db, fresh: Db, projections: readonly Projection[], isStopped: () => boolean): string | undefined {
  const start = logStart(db);
  try {
    restore(start.base, fresh, projections);
    return replay(db, fresh, { projections, state: start.state }, isStopped);
  } finally {
    endStart(start);
  }
}

function replay(
  db: Db,
  fresh: Db,
  { projections, state }: { readonly projections: readonly Projection[]; readonly state: HubState },
  isStopped: () => boolean,
): string | undefined {
  const page = db.prepare(
    'SELECT seq, at, type, actor, session, workspace, cause, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  for (;;) {
    if (isStopped()) throw new Error('The check of the log was stopped');
    const rows = page.all(state.seq, PAGE);
    for (const { body, ...columns } of rows) {
      const event = JSON.parse(String(body)) as HubEvent; // sound, as its hash has shown
      const column = differing(columns, columnsOf(event));
      if (column !== undefined) return inWords('events', String(event.seq), column);
      for (const projection of projections) projection.apply(fresh, event, state);
      applyEvent(state, event);
    }
    if (rows.length < PAGE) return undefined;
  }
}

/** The first row of a table that differs, is missing or is too many, in the order of the table's key. */
function wrongRow(
  db: Db,
  fresh: Db,
  { table, where }: { readonly table: string; readonly where: string },
  isStopped: () => boolean,
): string | undefined {
  const all = `SELECT * FROM "${table}" WHERE ${where}`;
  const right = fresh.prepare(all).iterate()[Symbol.iterator]();
  const found = db.prepare(all).iterate()[Symbol.iterator]();
  try {
    for (let count = 0; ; count++) {
      if (count % PAGE === 0 && isStopped()) throw new Error('The check of the log was stopped');
      const [is, should] = [rowOf(found.next()), rowOf(right.next())];
      if (!should) return is && inWords(table, keyOf(is), 'which no event made');
      if (!is) return inWords(table, keyOf(should), 'which is missing');
      const column = differing(is, should);
      if (column !== undefined) return inWords(table, keyOf(should), column);
    }
  } finally {
    right.return?.();
    found.return?.();
  }
}

function rowOf(next: IteratorResult<SqlRow, undefined>): SqlRow | undefined {
  return next.done === true ? undefined : next.value;
}

function differing(is: SqlRow, should: SqlRow): string | undefined {
  const column = Object.keys(should).find((name) => is[name] !== should[name]);
  return column === undefined ? undefined : `in ${column}`;
}

/** What stands first in a row is its key, or the first part of it. */
function keyOf(row: SqlRow): string {
  return String(Object.values(row)[0]).slice(0, MOST_KEY);
}

const MOST_KEY = 100;

function inWords(table: string, key: string, where: string): string {
  return `its table ${table} is not what the events make of it: the row ${key}, ${where}.`;
}
