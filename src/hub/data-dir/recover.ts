import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { HubError, messageOf } from '../../protocol/errors.ts';
import { syncDirectoryNow } from '../disk/disk.ts';
import { hasContents, setContentsAside } from '../disk/set-aside.ts';
import { isFullDisk } from '../hub-errors.ts';
import { logFile, openIdleLog } from '../log/schema.ts';
import { makeFresh, removeDb, type FreshLog } from './fresh-log.ts';
import { LockFile } from './lock-file.ts';
import { rescueContents } from './rescue-contents.ts';
import { clearSuspicion } from './suspicion.ts';

/** Result of a recovery. */
export interface Recovery {
  /** Events that are sound, from the first on that was not removed before; the log now ends with the last of them. */
  readonly kept: number;
  /** The first event that is not sound, and why; undefined if all were. */
  readonly problem?: { readonly badSeq: number; readonly text: string };
  /** What was wrong with the database, though all events were sound: it was made anew from them. */
  readonly remade?: string;
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
 * of uploads that no sound event refers to go into a folder beside these; contents that were in the database only get
 * files first. The hub must not be running
 * (`data_dir_held`). A log that is what its events make of it stays as it is, and so does any log if the disk
 * refuses the copy (`storage_failed`).
 *
 * If the log is missing or has no events, all contents are moved aside, and the next start is a first launch.
 *
 * A log that lost events has a new id: replicas that have seen them must not continue with it.
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
    return recoverFile(dataDir, now, true);
  } finally {
    lock.release();
  }
}

/**
 * {@link recover} for a hub that starts and has the data directory: only where no event is lost by it. The answer
 * has a `problem` where one would be; then nothing was changed.
 */
export function mend(dataDir: string, now: number): Recovery {
  return recoverFile(dataDir, now, false);
}

function recoverFile(dataDir: string, now: number, mayLoseEvents: boolean): Recovery {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/gu, '-');
  const file = logFile(dataDir);
  const fresh = path.join(dataDir, `hub-recovering-${stamp}.db`);
  const movedTo = path.join(dataDir, `hub-moved-aside-${stamp}.jsonl`);
  let found: FreshLog;
  try {
    found = makeFresh({ dataDir, file, fresh, ...(mayLoseEvents ? { movedTo } : {}) });
  } catch (error) {
    // The log is unchanged. Remove the unfinished copy: it takes room, perhaps the room that was missing.
    removeDb(fresh);
    rmSync(movedTo, { force: true });
    throw error instanceof HubError ? error : notCopied(dataDir, error);
  }
  const { problem, difference } = found;
  const kept = found.kept - found.cut;
  const badSeq = found.kept + 1;
  const isLosing = problem !== undefined;
  if ((isLosing && !mayLoseEvents) || (!isLosing && difference === undefined)) {
    removeDb(fresh);
    if (!isLosing) clearSuspicion(dataDir);
    return isLosing ? { kept, problem: { badSeq, text: problem } } : { kept };
  }
  try {
    rescueContents(dataDir, file);
  } catch (error) {
    removeDb(fresh);
    rmSync(movedTo, { force: true });
    throw notCopied(dataDir, error);
  }
  // Before the new log is in place: after that a hub may start and remove orphans.
  const folder = movedTo.replace(/\.jsonl$/u, '');
  const count = isLosing ? setContentsAside(dataDir, folder, contentsKnownTo(fresh)) : 0;
  syncDirectoryNow(dataDir); // what is aside has its name there before the log is replaced
  const damagedFile = path.join(dataDir, `hub-damaged-${stamp}.db`);
  const damaged = ['', '-wal', '-shm'].filter((suffix) => existsSync(file + suffix));
  for (const suffix of damaged) renameSync(file + suffix, damagedFile + suffix);
  renameSync(fresh, file);
  syncDirectoryNow(dataDir);
  clearSuspicion(dataDir);
  return {
    kept,
    ...(isLosing ? { problem: { badSeq, text: problem }, movedTo } : {}),
    ...(difference === undefined ? {} : { remade: difference }),
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

function notCopied(dataDir: string, cause: unknown): HubError {
  const said = messageOf(cause);
  const advice = isFullDisk(cause)
    ? 'make room for twice as much as hub.db has, then recover once more.'
    : 'see to the disk, or copy the data directory to another one, then recover once more.';
  return new HubError(
    'storage_failed',
    `The sound events could not be copied within ${dataDir} (${said}). Nothing was changed: ${advice}`,
    { cause },
  );
}
