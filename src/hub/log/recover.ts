import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { LockFile } from '../lock-file.ts';
import type { HubEvent } from '../../protocol/events.ts';
import { GENESIS_HASH } from './chain.ts';
import { transact, type Db } from './db.ts';
import { projections } from './projections/projections.ts';
import { logFile, openLogDb, openLogReader } from './schema.ts';
import { problemOf } from './snapshots.ts';
import { insertEvent, readRows, type StoredRow } from './stored-events.ts';
import { Writer } from './writer.ts';

/** What became of a log that was recovered. */
export interface Recovery {
  /** Events that are sound, from the first on; the log now ends with the last of them. */
  readonly kept: number;
  /** The first event that is not, and what is wrong with it; undefined when all was sound. */
  readonly problem?: { readonly badSeq: number; readonly text: string };
  /** Where the events behind the sound ones are, one a line as `{seq, body, hash}`, as far as they can be read. */
  readonly movedTo?: string;
  /** The damaged database, unchanged. */
  readonly damagedFile?: string;
}

/**
 * Makes a damaged log usable: the sound events from the first on go into a new database, the rest
 * into a `.jsonl` file beside it, and the damaged database is kept under another name. The hub must
 * not be running (`data_dir_held`). A log whose chain is sound is left as it is.
 *
 * The new log has another id: replicas that have seen what was moved aside must not continue it.
 */
export function recover(dataDir: string, now: number = Date.now()): Recovery {
  const lock = LockFile.take(dataDir, now);
  try {
    return recoverFile(dataDir, logFile(dataDir), new Date(now).toISOString().replaceAll(/[:.]/gu, '-'));
  } finally {
    lock.release();
  }
}

function recoverFile(dataDir: string, file: string, stamp: string): Recovery {
  const fresh = path.join(dataDir, `hub-recovering-${stamp}.db`);
  const found = copySound(file, fresh);
  if (found.problem === undefined) {
    removeDb(fresh);
    return { kept: found.kept };
  }
  const movedTo = path.join(dataDir, `hub-moved-aside-${stamp}.jsonl`);
  moveAside(file, found.kept, movedTo);
  const writer = new Writer({ file: fresh, projections, snapshotEvery: 1 });
  writer.settle();
  writer.close();
  const damagedFile = path.join(dataDir, `hub-damaged-${stamp}.db`);
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, damagedFile + suffix);
  }
  renameSync(fresh, file);
  return { kept: found.kept, problem: { badSeq: found.kept + 1, text: found.problem }, movedTo, damagedFile };
}

/** Copies events for as long as they can be read and follow one another. */
function copySound(file: string, to: string): { readonly kept: number; readonly problem?: string } {
  const target = openLogDb(to);
  let kept = 0;
  let head = GENESIS_HASH;
  try {
    const source = openLogReader(file);
    try {
      for (;;) {
        const rows = readRows(source, kept, PAGE);
        const problem = transact(target, () => {
          for (const { seq, json, hash } of rows) {
            const bad = problemOf(seq, json, hash, kept + 1, head);
            if (bad !== undefined) return bad;
            insertEvent(target, JSON.parse(json) as HubEvent, json, hash);
            kept = seq;
            head = hash;
          }
          return undefined;
        });
        if (problem !== undefined) return { kept, problem };
        if (rows.length < PAGE) return { kept };
      }
    } finally {
      source.close();
    }
  } catch (error) {
    return { kept, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    target.close();
  }
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

function* readableRows(file: string, kept: number): Generator<{ seq: number; body: string; hash: string }> {
  let db: Db;
  try {
    db = openLogReader(file);
  } catch {
    return; // no database at all: it is kept as it is
  }
  try {
    let rows: readonly StoredRow[];
    let after = kept;
    do {
      rows = readRows(db, after, PAGE);
      for (const { seq, json, hash } of rows) {
        yield { seq, body: json, hash };
        after = seq;
      }
    } while (rows.length > 0);
  } catch {
    return; // the pages behind this cannot be read; they are in the damaged database
  } finally {
    db.close();
  }
}

function removeDb(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

const PAGE = 1000;
