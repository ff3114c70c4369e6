import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import type { HubEvent } from '../../protocol/events.ts';
import { syncDirectoryNow } from '../disk/disk.ts';
import { hasContents, setContentsAside } from '../disk/set-aside.ts';
import { LockFile } from './lock-file.ts';
import { GENESIS_HASH } from '../log/chain.ts';
import { transact, type Db } from '../log/db.ts';
import { projections } from '../log/projections/projections.ts';
import { logFile, openIdleLog, openLogDb, openLogReader, sqliteCode } from '../log/schema.ts';
import { cutOffAfter, problemOf } from '../log/snapshots.ts';
import { insertEvent, rowsAfter, type StoredRow } from '../log/stored-events.ts';
import { Writer } from '../log/writer.ts';

/** Result of a recovery. */
export interface Recovery {
  /** Events that are sound, from the first on; the log now ends with the last of them. */
  readonly kept: number;
  /** The first event that is not sound, and why; undefined if all were. */
  readonly problem?: { readonly badSeq: number; readonly text: string };
  /** File with the events after the sound ones, as far as they can be read, one a line as `{seq, body, hash}`. */
  readonly movedTo?: string;
  /** The damaged database, unchanged; undefined when there was none. */
  readonly damagedFile?: string;
  /** Folder with the contents that no sound event refers to, under their old paths; undefined if there are none. */
  readonly contents?: { readonly folder: string; readonly count: number };
}

/**
 * Makes a damaged log usable: the sound events from the first on go into a new database, the rest into a
 * `.jsonl` file beside it, and the damaged database is kept under another name. Contents of files and parts
 * of uploads that no sound event refers to go into a folder beside these. The hub must not be running
 * (`data_dir_held`). A log with a sound chain stays as it is, and so does any log if the disk has no room for
 * the copy (`storage_failed`).
 *
 * If the log is missing or has no events, all contents are moved aside, and the next start is a first launch.
 *
 * The new log has a new id: replicas that have seen the moved events must not continue with it.
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
    // The log is unchanged. Remove the unfinished copy: it takes room, perhaps the room that was missing.
    removeDb(fresh);
    rmSync(movedTo, { force: true });
    throw error instanceof HubError ? error : noRoom(dataDir, error);
  }
  const { kept, problem } = found;
  if (problem === undefined) {
    removeDb(fresh);
    return { kept };
  }
  // Before the new log is in place: after that a hub may start and remove orphans.
  const folder = movedTo.replace(/\.jsonl$/u, '');
  const count = setContentsAside(dataDir, folder, contentsKnownTo(fresh));
  syncDirectoryNow(dataDir); // what is aside has its name there before the log is replaced
  const damagedFile = path.join(dataDir, `hub-damaged-${stamp}.db`);
  const damaged = ['', '-wal', '-shm'].filter((suffix) => existsSync(file + suffix));
  for (const suffix of damaged) renameSync(file + suffix, damagedFile + suffix);
  renameSync(fresh, file);
  syncDirectoryNow(dataDir);
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

/** {@link copySound}, unless there is nothing to copy: a log without events is damaged too if there are contents. */
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
 * Copies events as long as they can be read and the chain holds. Throws errors of the copy's disk: they are
 * no fault of the log, and no event may be given up for them.
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

/** Writes the readable events after the sound ones, and syncs: only then may the log be replaced. */
function moveAside(file: string, kept: number, to: string): void {
  const out = openSync(to, 'wx', 0o600);
  try {
    for (const row of readableRows(file, kept)) writeSync(out, `${JSON.stringify(row)}\n`);
    fsyncSync(out);
  } finally {
    closeSync(out);
  }
}

/** The readable rows after a seq, one by one: sound pages may follow a damaged one. */
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

/** 0 if even that cannot be read: it is no database, or its root page is damaged. */
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
