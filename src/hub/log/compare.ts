import { cutSeq } from './cut.ts';
import type { Db } from './db.ts';
import { perEventTables, rowsBehind } from './projections/per-event.ts';
import { metaName, tablesOf, versionHash } from './projections/prepare.ts';
import type { Projection } from './projections/projection.ts';
import { readMeta } from './schema.ts';
import { messageOf } from '../../protocol/errors.ts';

/** What SQLite's own check finds in a database, its first finding in words; undefined if it is sound. */
export function integrityProblem(
  db: Db,
  pragma: 'integrity_check' | 'quick_check' = 'integrity_check',
): string | undefined {
  try {
    const found = db.prepare(`PRAGMA ${pragma}(1)`).get()?.[pragma];
    return found === 'ok' ? undefined : `SQLite's check: ${String(found)}`;
  } catch (error) {
    return `SQLite says: ${messageOf(error)}`;
  }
}

/**
 * Where a log differs from one that was made anew from the same events; undefined if nowhere. Projections of
 * another version are passed over: the next start makes them anew anyway.
 */
export function differenceFrom(db: Db, fresh: Db, projections: readonly Projection[]): string | undefined {
  try {
    const problem = integrityProblem(db);
    if (problem !== undefined) return problem;
    if (readMeta(db, 'log_id') === undefined) return 'the id of the log is missing.';
    const current = projections.filter((one) => readMeta(db, metaName(one)) === versionHash(one));
    const [tables, cut] = [perEventTables(current), cutSeq(db)];
    const differing = ['events', ...current.flatMap(tablesOf)].find(
      (table) => !isSame(db, fresh, table, rowsBehind(table, tables, cut)),
    );
    return differing === undefined ? undefined : `its table ${differing} is not what the events make of it.`;
  } catch (error) {
    return `SQLite says: ${messageOf(error)}`;
  }
}

/** Whether a table has the same rows in both, in the order of its key. */
function isSame(db: Db, fresh: Db, table: string, where: string): boolean {
  const all = `SELECT * FROM "${table}" WHERE ${where}`;
  const theirs = fresh.prepare(all).iterate()[Symbol.iterator]();
  for (const row of db.prepare(all).iterate()) {
    const other = theirs.next();
    if (other.done === true || JSON.stringify(row) !== JSON.stringify(other.value)) {
      theirs.return?.();
      return false;
    }
  }
  return theirs.next().done === true;
}
