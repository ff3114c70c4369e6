import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { closeCut, cutSeq, isCutOpen, seqOfBase } from './cut.ts';
import { transact, type Db } from './db.ts';
import { perEventTables, rowsBehind, type PerEvent } from './projections/per-event.ts';
import type { Projection } from './projections/projection.ts';

/** Rows that are looked at in one transaction. */
const MOST_ROWS = 512;
/** Characters of events that are removed in one, but for a single event that has more. */
const MOST_CHARACTERS = 1024 * 1024;

/** A key of a table, of its last row that was looked at. */
type Key = readonly (string | number | null)[];

/**
 * Removes the rows of removed events, a slice at a time, each in a transaction of its own: between two of them commits
 * have their turn. Nothing reads these rows any more, so wherever it ends, by a crash or a full disk, the log is whole,
 * and another one goes on.
 */
export class RowRemover {
  readonly #db: Db;
  readonly #file: string;
  readonly #tables: PerEvent;
  /** The tables that are still to be gone through, the first one from this key on. */
  #left: string[] = [];
  #after: Key | undefined;
  /** What that is for. */
  #through = 0;

  /** @param file of the log */
  constructor(db: Db, file: string, projections: readonly Projection[]) {
    this.#db = db;
    this.#file = file;
    this.#tables = perEventTables(projections);
  }

  /** Removes a slice; answers whether more is left. */
  removeSome(): boolean {
    if (!isCutOpen(this.#db)) return false;
    const through = cutSeq(this.#db);
    // Of a later removal all tables are gone through once more, from their beginnings.
    if (through !== this.#through) this.#startOver(through);
    // What was removed is to be gone from the file, too: SQLite would leave it in pages that are free.
    this.#db.exec('PRAGMA secure_delete = ON');
    try {
      return transact(this.#db, () => this.#removeSome(through));
    } catch (error) {
      this.#startOver(through); // what was gone through was not removed
      throw error;
    } finally {
      this.#db.exec('PRAGMA secure_delete = OFF');
    }
  }

  #removeSome(through: number): boolean {
    if (this.#removeEvents(through)) return true;
    const [table] = this.#left;
    if (table !== undefined) {
      this.#after = this.#removeFrom(table, through);
      if (this.#after === undefined) this.#left.shift();
      return true;
    }
    this.#db.prepare('DELETE FROM snapshots WHERE seq <= ?').run(through);
    removeOtherBases(this.#file, through);
    closeCut(this.#db);
    return false;
  }

  #startOver(through: number): void {
    this.#through = through;
    this.#left = Object.keys(this.#tables);
    this.#after = undefined;
  }

  /** Whether there were any. */
  #removeEvents(through: number): boolean {
    const rows = this.#db
      .prepare('SELECT seq, length(body) AS size FROM events WHERE seq <= ? ORDER BY seq LIMIT ?')
      .all(through, MOST_ROWS);
    let [last, characters] = [0, 0];
    for (const row of rows) {
      characters += Number(row['size']);
      if (last > 0 && characters > MOST_CHARACTERS) break;
      last = Number(row['seq']);
    }
    if (last === 0) return false;
    this.#db.prepare('DELETE FROM events WHERE seq <= ?').run(last);
    return true;
  }

  /** Goes through a part of a table; answers the key of its last row, undefined at the table's end. */
  #removeFrom(table: string, through: number): Key | undefined {
    const columns = this.#db
      .prepare('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
      .all(table)
      .map((row) => String(row['name']));
    const key = `(${columns.join(', ')})`;
    const values = `(${columns.map(() => '?').join(', ')})`;
    const after = this.#after;
    const from = after === undefined ? 'TRUE' : `${key} > ${values}`;
    const last = this.#db
      .prepare(
        `SELECT ${columns.join(', ')} FROM "${table}" WHERE ${from} ORDER BY ${columns.join(', ')} LIMIT 1 OFFSET ?`,
      )
      .get(...(after ?? []), MOST_ROWS - 1);
    const end = last && Object.values(last);
    const upTo = end === undefined ? 'TRUE' : `${key} <= ${values}`;
    this.#db
      .prepare(`DELETE FROM "${table}" WHERE ${from} AND ${upTo} AND NOT (${rowsBehind(table, this.#tables, through)})`)
      .run(...(after ?? []), ...(end ?? []));
    return end;
  }
}

/** Removes the files of earlier removals, and what one that was given up left. */
function removeOtherBases(file: string, seq: number): void {
  const folder = path.dirname(file);
  for (const name of readdirSync(folder)) {
    const other = seqOfBase(name.replace(/-new$/u, ''));
    if (other !== undefined && (other !== seq || name.endsWith('-new')))
      rmSync(path.join(folder, name), { force: true });
  }
}
