import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { applyEvent } from '../../protocol/apply-event.ts';
import type { HubEvent } from '../../protocol/events.ts';
import { takeSnapshot } from '../../protocol/snapshot.ts';
import { syncDirectoryNow } from '../disk/disk.ts';
import { endStart, hashOfFile, logStart } from './base.ts';
import { baseFile } from './cut.ts';
import { openDb, transact, type Db } from './db.ts';
import { restore } from './projections/prepare.ts';
import type { Projection } from './projections/projection.ts';
import { corrupt } from './schema.ts';
import { chainProblem } from './snapshots.ts';
import { rowsAfter } from './stored-events.ts';

/** What events made that are to be removed. */
export interface MadeBase {
  /** Of the last of them. */
  readonly lastHash: string;
  /** SHA-256 of the file that has it. */
  readonly base: string;
}

export interface BaseOptions {
  /** Of the log. */
  readonly file: string;
  readonly throughSeq: number;
  readonly projections: readonly Projection[];
  /** Asked now and then; once it answers true, this throws. */
  readonly isStopped?: () => boolean;
}

/**
 * Writes what all events up to one made, state and lists, into a file beside the log, and syncs it: from then on these
 * events are not needed. They are checked on the way, as what they made could not be later. Only those lists are in it
 * that are about things, not about the events themselves.
 *
 * @param db the log, to read; events that are written meanwhile change nothing here
 * @throws HubError `log_corrupt` where an event is not what was written, or is missing
 */
export function makeBase(db: Db, { file, throughSeq, projections, isStopped = () => false }: BaseOptions): MadeBase {
  const kept = projections.filter(({ perEvent }) => perEvent === undefined);
  const target = baseFile(file, throughSeq);
  const unfinished = `${target}-new`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, 'ax', 0o600));
  try {
    const made = openDb(unfinished);
    let lastHash: string;
    try {
      made.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
      for (const { schema } of kept) for (const statement of schema) made.exec(statement);
      made.exec('CREATE TABLE base (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, state TEXT NOT NULL)');
      lastHash = transact(made, () => fill(db, made, { file, throughSeq, projections: kept, isStopped }));
    } finally {
      made.close();
    }
    syncFileNow(unfinished);
    const base = hashOfFile(unfinished);
    renameSync(unfinished, target);
    syncDirectoryNow(path.dirname(target));
    return { lastHash, base };
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Answers the hash of the last event. */
function fill(db: Db, made: Db, { file, throughSeq, projections, isStopped }: Required<BaseOptions>): string {
  const start = logStart(db);
  try {
    restore(start.base, made, projections);
    const { state } = start;
    let head = start.hash;
    for (const { seq, json, hash } of rowsAfter(db, state.seq)) {
      if (seq > throughSeq) break;
      if (isStopped()) throw new Error('The removal of events was stopped');
      const problem = chainProblem(seq, json, hash, state.seq + 1, head);
      if (problem !== undefined) throw corrupt(file, state.seq + 1, problem);
      const event = JSON.parse(json) as HubEvent; // sound, as its hash has shown
      for (const projection of projections) projection.apply(made, event, state);
      applyEvent(state, event);
      head = hash;
    }
    if (state.seq !== throughSeq) throw corrupt(file, state.seq + 1, `event ${state.seq + 1} is missing.`);
    made.prepare('INSERT INTO base VALUES (?, ?, ?)').run(state.seq, head, JSON.stringify(takeSnapshot(state)));
    return head;
  } finally {
    endStart(start);
  }
}

function syncFileNow(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
