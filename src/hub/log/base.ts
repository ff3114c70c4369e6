import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import { fromSnapshot, type StateSnapshot } from '../../protocol/snapshot.ts';
import { emptyState, type HubState } from '../../protocol/state.ts';
import { storedJson } from '../stored-json.ts';
import { GENESIS_HASH } from './chain.ts';
import { baseFile, readCut } from './cut.ts';
import { openDb, type Db } from './db.ts';
import type { LogCut } from '../../protocol/retention-state.ts';

/** What a log's events go on from: the state before the first of them, and the hash that it is built on. */
export interface LogStart {
  readonly state: HubState;
  readonly hash: string;
  /** Where events were removed: the tables of what they made. The caller closes it. */
  readonly base?: Db;
}

/**
 * What a log begins with: nothing, or where its first events were removed, what they made. That is in a file beside the
 * log which no hub changes, and of which the log has the hash.
 *
 * @throws HubError `log_corrupt` where that file is missing or is another one
 */
export function logStart(db: Db): LogStart {
  const cut = readCut(db);
  if (!cut) return { state: emptyState(), hash: GENESIS_HASH };
  const file = baseOf(db, cut);
  const problem = faultIn(file, cut);
  if (problem !== undefined) throw baseLost(file, problem);
  const base = openDb(file, { readOnly: true, immutable: true });
  const text = base.prepare('SELECT state FROM base').get()?.['state'];
  // Of an earlier version it has what that version made of the events.
  return { state: fromSnapshot(storedJson(text) as StateSnapshot), hash: cut.hash, base };
}

/** Closes what {@link logStart} opened. */
export function endStart({ base }: LogStart): void {
  base?.close();
}

/** @throws HubError `log_corrupt` where the file of removed events is missing: a start reads it only where it must */
export function mustHaveItsBase(db: Db): void {
  const cut = readCut(db);
  if (cut && !existsSync(baseOf(db, cut))) throw baseLost(baseOf(db, cut), 'is missing');
}

/** What is wrong with the file that has what the removed events made, as a sentence; undefined for nothing. */
export function baseProblem(db: Db, cut: LogCut): string | undefined {
  const file = baseOf(db, cut);
  const problem = faultIn(file, cut);
  return problem === undefined ? undefined : baseLost(file, problem).message;
}

function faultIn(file: string, cut: LogCut): string | undefined {
  if (!existsSync(file)) return 'is missing';
  return hashOfFile(file) === cut.base ? undefined : 'was changed';
}

/**
 * What a file of removed events is of, for a log that cannot say it any more: seq and hash of the last of these events,
 * its time as the log had it, and the file's own hash. Undefined where it cannot be read.
 */
export function aboutBase(file: string): Omit<LogCut, 'at'> | undefined {
  try {
    const db = openDb(file, { readOnly: true, immutable: true });
    try {
      const row = db.prepare("SELECT seq, hash, json_extract(state, '$.at') AS time FROM base").get();
      if (!row) return undefined;
      return { seq: Number(row['seq']), hash: String(row['hash']), to: Number(row['time']), base: hashOfFile(file) };
    } finally {
      db.close();
    }
  } catch {
    return undefined; // damaged, or none
  }
}

/** Copies a table of one database into another, as far as both have its columns. */
export function copyTable(from: Db, to: Db, table: string): void {
  const theirs = new Set(columnsOf(from, table));
  const columns = columnsOf(to, table).filter((column) => theirs.has(column));
  if (columns.length === 0) return; // it is newer than the file
  const names = columns.map((column) => `"${column}"`).join(', ');
  const insert = to.prepare(`INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`);
  for (const row of from.prepare(`SELECT ${names} FROM "${table}"`).iterate()) {
    insert.run(...columns.map((column) => row[column] ?? null));
  }
}

/** SHA-256 of a file, in hex; read by parts. */
export function hashOfFile(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const sum = createHash('sha256');
    const part = Buffer.alloc(256 * 1024);
    for (let read = readSync(handle, part); read > 0; read = readSync(handle, part)) sum.update(part.subarray(0, read));
    return sum.digest('hex');
  } finally {
    closeSync(handle);
  }
}

/** The error of a log whose file of removed events cannot be used. */
export function baseLost(file: string, problem: string): HubError {
  return new HubError(
    'log_corrupt',
    `${file} ${problem}. It has what the events made that were removed from the log, and nothing else has it. ` +
      `Put ${path.basename(file)} back from a backup of the data directory. Nothing was changed.`,
    { details: { file, problem } },
  );
}

function baseOf(db: Db, { seq }: LogCut): string {
  const file = db.prepare("SELECT file FROM pragma_database_list WHERE name = 'main'").get()?.['file'];
  return baseFile(String(file), seq);
}

function columnsOf(db: Db, table: string): readonly string[] {
  return db
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map((row) => String(row['name']));
}
