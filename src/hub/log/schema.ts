import { randomBytes } from 'node:crypto';
import { closeSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { CONTENT_TABLE } from './content-table.ts';
import { CUT_TABLE } from './cut.ts';
import { openDb, transact, type Db } from './db.ts';

/**
 * Version of the tables below; kept in `PRAGMA user_version`. 2 has `contents`: an earlier version would not find the
 * contents that are still in there, so it must not open such a log. 3 has the index of sessions and types. 4 has `cut`: an
 * earlier version would take a log whose first events were removed for a damaged one. 5 has one table of parties for three:
 * an earlier version would write events without it.
 */
export const LOG_FORMAT = 5;
/** Larger ones are no version but damage. */
const MOST_FORMATS = 10_000;

/** What a session did, by type; of calls, which are most events, its blocks are read. */
const SESSION_TYPES =
  "CREATE INDEX events_session_type ON events (session, type) WHERE session IS NOT NULL AND type <> 'tool.called'";

/**
 * The log's own tables. `actor` is `human`, `hub` or a key id; `session` the session that acted or that the
 * event is about; `cause` has no type so that a seq stays a number and a frame id a text. The previous hash
 * is in the row before, so it is not stored twice.
 */
const SCHEMA = [
  `CREATE TABLE events (
    seq INTEGER PRIMARY KEY, at REAL NOT NULL, type TEXT NOT NULL, actor TEXT NOT NULL,
    session TEXT, workspace TEXT, cause, body TEXT NOT NULL, hash TEXT NOT NULL)`,
  // Most events are tool calls: a query for these alone may as well read the log in order.
  "CREATE INDEX events_type ON events (type) WHERE type <> 'tool.called'",
  'CREATE INDEX events_actor ON events (actor)',
  'CREATE INDEX events_workspace ON events (workspace) WHERE workspace IS NOT NULL',
  'CREATE INDEX events_cause ON events (cause) WHERE cause IS NOT NULL',
  'CREATE TABLE snapshots (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL)',
  'CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID',
  CONTENT_TABLE,
  SESSION_TYPES,
  CUT_TABLE,
];
/** Tables that logs had before, and what was kept of their versions. */
const EARLIER_PARTIES = [
  ...['event_parties', 'parties_by_type', 'agent_events'].map((table) => `DROP TABLE IF EXISTS ${table}`),
  "DELETE FROM meta WHERE name IN ('projection event parties', 'projection parties by type', 'projection agent events')",
];
/** What each format changes in the one before, from 2 on. */
const STEPS: readonly (readonly string[])[] = [[CONTENT_TABLE], [SESSION_TYPES], [CUT_TABLE], EARLIER_PARTIES];

/** Path of the log in a data directory. */
export function logFile(dataDir: string): string {
  return path.join(dataDir, 'hub.db');
}

/**
 * Opens the log for writing and makes its tables if there are none. Throws `log_newer`, `log_corrupt` or
 * `data_dir_unwritable`.
 */
export function openLogDb(file: string): Db {
  return explained(file, () => {
    makePrivate(file);
    const db = openDb(file);
    try {
      const version = formatOf(db, file);
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY');
      if (version === 0) createTables(db);
      else if (version < LOG_FORMAT) raise(db, version);
      const protocol = Number(readMeta(db, 'protocol'));
      if (protocol > PROTOCOL_VERSION) throw newer(file, protocol);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** The log's format; 0 for a new one. Throws `log_newer`, and `log_corrupt` for what no version has ever written. */
export function formatOf(db: Db, file: string): number {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version < 0 || version > MOST_FORMATS) throw corrupt(file, 1, `its format is ${version}.`);
  if (version > LOG_FORMAT) throw newer(file, version);
  return version;
}

/** Creates a missing database for its owner only: SQLite gives the files beside it the same mode. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'ax', 0o600));
  } catch {
    // It exists, or cannot be made; in that case SQLite says why.
  }
}

/** Opens the log for reading, beside its writer. */
export function openLogReader(file: string): Db {
  return explained(file, () => openDb(file, { readOnly: true }));
}

/** Opens the log for reading while no hub runs on it. Leaves its folder unchanged if possible. */
export function openIdleLog(file: string): Db {
  const unfinished = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  // A write-ahead log left by a crash must be read too, and for that SQLite makes an index file.
  return explained(file, () => openDb(file, { readOnly: true, immutable: unfinished === 0 }));
}

/** One of the log's own values, such as `log_id`; undefined if not set. */
export function readMeta(db: Db, name: string): string | undefined {
  const value = db.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.['value'];
  return typeof value === 'string' ? value : undefined;
}

/** Sets one of the log's own values. */
export function writeMeta(db: Db, name: string, value: string): void {
  db.prepare(
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ).run(name, value);
}

/**
 * Translates SQLite's errors for a log that is sound before `nextSeq` (called on failure); other errors are
 * thrown as they are.
 */
export function explained<T>(file: string, work: () => T, nextSeq: () => number = () => 1): T {
  try {
    return work();
  } catch (error) {
    switch (sqliteCode(error)) {
      case undefined:
        throw error;
      case SQLITE_CANTOPEN:
      case SQLITE_READONLY:
      case SQLITE_PERM:
        throw new HubError(
          'data_dir_unwritable',
          `Cannot write to ${file} (${(error as Error).message}). Make the folder writable for this user, or choose another data directory.`,
          { details: { file }, cause: error },
        );
      default:
        if (!isDamage(error)) throw error;
        throw corrupt(file, nextSeq(), `SQLite says: ${error.message}`);
    }
  }
}

/** The error for a log that is damaged from `badSeq` on. */
export function corrupt(file: string, badSeq: number, problem: string): HubError {
  return new HubError(
    'log_corrupt',
    `The log ${file} is damaged at event ${badSeq}: ${problem} Nothing was changed. ` +
      `Run "signalbox audit recover --data-dir '${path.dirname(file)}'" to keep the events before ${badSeq}; the rest is moved aside into a .jsonl file next to the log.`,
    { details: { file, badSeq, problem } },
  );
}

/** The error for a log that is missing or empty, beside files that belong to a log. */
export function logLost(file: string, problem: string): HubError {
  const dataDir = path.dirname(file);
  return new HubError(
    'log_corrupt',
    `The log ${file} ${problem}, and yet what belongs to it is beside it. Nothing was changed. ` +
      `Put hub.db back from a backup; or run "signalbox audit recover --data-dir '${dataDir}'", which moves that into a folder of its own, and start again with a new log and a new first key.`,
    { details: { file, badSeq: 1, problem } },
  );
}

/** The error for a log that is damaged, though perhaps none of its events is. */
export function damaged(file: string, problem: string): HubError {
  return new HubError(
    'log_corrupt',
    `${file} is damaged: ${problem.replace(/[.:]?$/u, '.')} Nothing is written to it any more. ` +
      `Stop the hub and run "signalbox audit recover --data-dir '${path.dirname(file)}'": it makes the file anew from its events. ` +
      'A start does the same by itself where no event is lost.',
    { details: { file, problem } },
  );
}

/**
 * Whether an error means that the database is damaged. So does a table that is missing, or a row that may not
 * be there: the schema and the indexes are pages like all others. Only errors of the disk and of others that use
 * the file are none.
 */
export function isDamage(error: unknown): error is Error {
  const code = sqliteCode(error);
  return code !== undefined && !OF_THE_DISK.has(code);
}

/** SQLite's primary result code, or undefined for other errors. */
function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

const SQLITE_PERM = 3;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_NOMEM = 7;
const SQLITE_READONLY = 8;
const SQLITE_INTERRUPT = 9;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_PROTOCOL = 15;
const OF_THE_DISK = new Set([
  SQLITE_PERM,
  SQLITE_BUSY,
  SQLITE_LOCKED,
  SQLITE_NOMEM,
  SQLITE_READONLY,
  SQLITE_INTERRUPT,
  SQLITE_IOERR,
  SQLITE_FULL,
  SQLITE_CANTOPEN,
  SQLITE_PROTOCOL,
]);

function createTables(db: Db): void {
  transact(db, () => {
    for (const statement of SCHEMA) db.exec(statement);
    writeMeta(db, 'log_id', randomBytes(12).toString('hex'));
    writeMeta(db, 'protocol', String(PROTOCOL_VERSION));
    db.exec(`PRAGMA user_version = ${LOG_FORMAT}`);
  });
}

/** Brings the tables of an earlier format to this one. */
function raise(db: Db, version: number): void {
  transact(db, () => {
    for (const statement of STEPS.slice(version - 1).flat()) db.exec(statement);
    db.exec(`PRAGMA user_version = ${LOG_FORMAT}`);
  });
}

function newer(file: string, version: number): HubError {
  return new HubError(
    'log_newer',
    `The log ${file} was written by a newer Signalbox (format ${version}; this one reads up to ${LOG_FORMAT}). ` +
      'Install that version or a later one, or choose another data directory. Nothing was changed.',
    { details: { file, version, supported: LOG_FORMAT } },
  );
}
