import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RecorderFailure } from '../protocol/frame-record.ts';
import { RECORDER_FORMAT, SCHEMA, STEPS } from './frame-schema.ts';
import { messageOf } from '../protocol/errors.ts';

/** A reason not to record, in the words of {@link RecorderFailure}. */
export class RecorderError extends Error {
  readonly failure: RecorderFailure;

  constructor(failure: RecorderFailure, cause?: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}

/** The recorder's database in its folder. */
export function databaseFile(folder: string): string {
  return path.join(folder, 'frames.db');
}

/**
 * Opens the database for writing, and makes folder and tables if there are none; both are for their owner only.
 *
 * A crash of the process loses nothing that was committed; after a loss of power the last moments may be missing, and
 * the rest is whole (`synchronous = NORMAL` in WAL mode).
 * @throws RecorderError
 */
export function openDatabase(folder: string): DatabaseSync {
  const file = databaseFile(folder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    const db = new DatabaseSync(file, { timeout: 1_000 });
    try {
      prepare(db, file);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw explainedFailure(error, folder);
  }
}

function prepare(db: DatabaseSync, file: string): void {
  const format = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (format > RECORDER_FORMAT) {
    const message = `${file} was written by a newer version (format ${format}; this one writes ${RECORDER_FORMAT}). Frames are not recorded: start that version, or move the file away to begin a new one.`;
    throw new RecorderError({ code: 'recorder_newer', message });
  }
  // A checkpoint copies pages that changed often only once: on a busy disk fewer of them cost less.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000');
  db.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384');
  if (format === 0) {
    // Auto-vacuum must be chosen before the first table: what retention frees is given back to the disk in steps.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
    db.exec(`BEGIN IMMEDIATE; ${SCHEMA.join('; ')}; PRAGMA user_version = ${RECORDER_FORMAT}; COMMIT`);
    return;
  }
  for (let step = format; step < RECORDER_FORMAT; step += 1) {
    db.exec(`BEGIN IMMEDIATE; ${(STEPS[step] ?? []).join('; ')}; PRAGMA user_version = ${step + 1}; COMMIT`);
  }
}

/** What SQLite or the disk said, as a reason not to record and what to do. */
export function explainedFailure(error: unknown, folder: string): RecorderError {
  if (error instanceof RecorderError) return error;
  const why = messageOf(error);
  const { errcode, code } = error as { readonly errcode?: number; readonly code?: string };
  const file = databaseFile(folder);
  const because = (code: RecorderFailure['code'], what: string): RecorderError =>
    new RecorderError({ code, message: `Frames are not recorded: ${what}` }, error);
  switch ((errcode ?? 0) & 0xff) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return because(
        'recorder_locked',
        `another program holds ${file}. Close it; the hub goes on recording by itself.`,
      );
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return because('recorder_corrupt', `${file} is damaged (${why}). Move it away and start the hub again.`);
    case 13: // SQLITE_FULL
      return because('recorder_full', `the disk of ${folder} is full. Make room; the hub goes on recording by itself.`);
    default:
      if (code === 'ENOSPC') return because('recorder_full', `the disk of ${folder} is full. Make room on it.`);
      return because('recorder_failed', `${file} cannot be written (${why}).`);
  }
}
