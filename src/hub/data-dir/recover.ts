import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import type { HubEvent } from '../../protocol/events.ts';
import { hasContents, setContentsAside } from '../disk/set-aside.ts';
import { LockFile } from './lock-file.ts';
import { GENESIS_HASH } from '../log/chain.ts';
import { transact, type Db } from '../log/db.ts';
import { projections } from '../log/projections/projections.ts';
import { logFile, openIdleLog, openLogDb, openLogReader, sqliteCode } from '../log/schema.ts';
import { cutOffAfter, problemOf } from '../log/snapshots.ts';
import { insertEvent, rowsAfter, type StoredRow } from '../log/stored-events.ts';
import { Writer } from '../log/writer.ts';

/** What became of a log that was recovered. */
export interface Recovery {
  /** Events that are sound, from the first on; the log now ends with the last of them. */
  readonly kept: number;
  /** The first event that is not, and what is wrong with it; undefined when all was sound. */
  readonly problem?: { readonly badSeq: number; readonly text: string };
  /** Where the events behind the sound ones are, one a line as `{seq, body, hash}`, as far as they can be read. */
  readonly movedTo?: string;
  /** The damaged database, unchanged; undefined when there was none. */
  readonly damagedFile?: string;
  /** Where the contents are that the sound events know nothing of, under the paths that they had; undefined when there are none. */
  readonly contents?: { readonly folder: string; readonly count: number };
}

/**
 * Makes a damaged log usable: the sound events from the first on go into a new database, the rest
 * into a `.jsonl` file beside it, and the damaged database is kept under another name. Contents of
 * files and parts of uploads that the sound events know nothing of go into a folder beside these. The
 * hub must not be running (`data_dir_held`). A log whose chain is sound is left as it is; so is any log
 * where there is no room for the copy (`storage_failed`).
 *
 * A log that is missing, or has no events, beside contents is as damaged as can be: they are moved
 * aside, and the next start is a first launch.
 *
 * The new log has another id: replicas that have seen what was moved aside must not continue it.
 */
export function recover(dataDir: string, now: number = Date.now()): Recovery {
  const isThere = ['', '-wal'].some((suffix) => existsSync(logFile(dataDir) + suffix)) || hasContents(dataDir);
  if (!isThere) {
    throw new HubError(
      'not_found',
      `There is no log in ${dataDir}; name the data directory of the hub that would not start.`,
    );
  }
  const lock = LockFile.take(dataDir, now);
  try {
    return recoverFile(dataDir, logFile(dataDir), new Date(now).toISOString().replaceAll(/[:.]/gu, '-'));
  } finally {
    lock.release();
  }
}

function recoverFile(dataDir: string, file: string, stamp: string): Recovery {
  const fresh = path.join(dataDir, `hub-recovering-${stamp}.db`);
  const movedTo = path.join(dataDir, `hub-moved-aside-${stamp}.jsonl`);
  let found: Sound;
  try {
    found = soundOf(dataDir, file, fresh);
    if (found.problem !== undefined) {
      moveAside(file, found.kept, movedTo);
      const writer = new Writer({ file: fresh, projections, snapshotEvery: 1 });
      writer.settle();
      writer.close();
    }
  } catch (error) {
    // The log is as it was. What is half made only takes room, perhaps the very room that was missing.
    removeDb(fresh);
    rmSync(movedTo, { force: true });
    throw error instanceof HubError ? error : noRoom(dataDir, error);
  }
  const { kept, problem } = found;
  if (problem === undefined) {
    removeDb(fresh);
    return { kept };
  }
  // Before the new log is there: from then on a hub may start, and sweep what nothing refers to.
  const folder = movedTo.replace(/\.jsonl$/u, '');
  const count = setContentsAside(dataDir, folder, contentsKnownTo(fresh));
  const damagedFile = path.join(dataDir, `hub-damaged-${stamp}.db`);
  const damaged = ['', '-wal', '-shm'].filter((suffix) => existsSync(file + suffix));
  for (const suffix of damaged) renameSync(file + suffix, damagedFile + suffix);
  renameSync(fresh, file);
  return {
    kept,
    problem: { badSeq: kept + 1, text: problem },
    movedTo,
    ...(damaged.length === 0 ? {} : { damagedFile }),
    ...(count === 0 ? {} : { contents: { folder, count } }),
  };
}

/** Whether a recovered log has a version with this content, or this upload open. */
function contentsKnownTo(file: string): (name: string) => boolean {
  const db = openIdleLog(file);
  const known = new Set<unknown>();
  for (const row of db.prepare('SELECT DISTINCT sha256 AS name FROM file_versions').all()) known.add(row['name']);
  for (const row of db.prepare(`SELECT id AS name FROM uploads WHERE status = 'open'`).all()) known.add(row['name']);
  db.close();
  return (name) => known.has(name);
}

interface Sound {
  readonly kept: number;
  readonly problem?: string;
}

/** {@link copySound}, where there is something to copy: also a log without events is damaged if there are contents. */
function soundOf(dataDir: string, file: string, to: string): Sound {
  if (!existsSync(file)) {
    openLogDb(to).close();
    return { kept: 0, problem: 'the log is missing.' };
  }
  const found = copySound(file, to);
  return found.kept === 0 && found.problem === undefined && hasContents(dataDir)
    ? { kept: 0, problem: 'the log has no events.' }
    : found;
}

/**
 * Copies events for as long as they can be read and follow one another. Throws what the copy's disk
 * says: that is no fault of the log, and nothing of it may be given up for it.
 */
function copySound(file: string, to: string): Sound {
  const source = openLogReader(file);
  try {
    const target = openLogDb(to);
    try {
      return transact(target, () => copyRows(source, target));
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
}

function copyRows(source: Db, target: Db): Sound {
  const rows = rowsAfter(source, 0);
  let kept = 0;
  let head = GENESIS_HASH;
  for (;;) {
    let row: StoredRow | undefined;
    try {
      row = rows.next().value ?? undefined;
    } catch (error) {
      return { kept, problem: error instanceof Error ? error.message : String(error) };
    }
    if (!row) return ended(kept, cutOffAfter(source, kept));
    const { seq, json, hash } = row;
    const problem = problemOf(seq, json, hash, kept + 1, head);
    if (problem !== undefined) return { kept, problem };
    insertEvent(target, JSON.parse(json) as HubEvent, json, hash);
    kept = seq;
    head = hash;
  }
}

function ended(kept: number, problem: string | undefined): Sound {
  return problem === undefined ? { kept } : { kept, problem };
}

/** Writes whatever can be read behind the sound events, and syncs it: only then is the log replaced. */
function moveAside(file: string, kept: number, to: string): void {
  const out = openSync(to, 'wx', 0o600);
  try {
    for (const row of readableRows(file, kept)) writeSync(out, `${JSON.stringify(row)}\n`);
    fsyncSync(out);
  } finally {
    closeSync(out);
  }
}

/** The rows after a seq that can be read, one by one: there may be sound pages behind a damaged one. */
function* readableRows(file: string, kept: number): Generator<{ seq: number; body: string; hash: string }> {
  if (!existsSync(file)) return;
  const db = openLogReader(file);
  try {
    const last = lastSeq(db);
    for (let after = kept; after < last; after++) {
      try {
        for (const { seq, json, hash } of rowsAfter(db, after)) {
          yield { seq, body: json, hash };
          after = seq;
        }
        return;
      } catch (error) {
        if (sqliteCode(error) === undefined) throw error;
        // The next one may lie on another page.
      }
    }
  } finally {
    db.close();
  }
}

/** 0 where even that cannot be read: no database at all, or its root is gone. */
function lastSeq(db: Db): number {
  try {
    return Number(db.prepare('SELECT max(seq) AS seq FROM events').get()?.['seq'] ?? 0);
  } catch {
    return 0;
  }
}

function noRoom(dataDir: string, cause: unknown): HubError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new HubError(
    'storage_failed',
    `The sound events could not be copied within ${dataDir} (${said}). Nothing was changed: make room for as much again as hub.db has, then recover once more.`,
    { cause },
  );
}

function removeDb(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}
