import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import type { HubEvent } from '../../protocol/events.ts';
import { cutOf } from '../../protocol/reduce/audit.ts';
import { hasContents } from '../disk/set-aside.ts';
import { GENESIS_HASH } from '../log/chain.ts';
import { differenceFrom } from '../log/compare.ts';
import { cutEvent, isOfCut, writeCut, type PrunedEvent } from '../log/cut.ts';
import { openDb, transact, type Db } from '../log/db.ts';
import { projections } from '../log/projections/projections.ts';
import { salvageEvents } from '../log/salvage/salvage.ts';
import { formatOf, openIdleLog, openLogDb, openLogReader, readMeta, writeMeta } from '../log/schema.ts';
import { cutOffAfter, chainProblem } from '../log/snapshots.ts';
import { insertEvent, rowsAfter, type StoredRow } from '../log/stored-events.ts';
import { mustBeWhole } from '../log/whole-file.ts';
import { Writer } from '../log/writer.ts';
import { saidAgain, salvagedCut } from './kept-cut.ts';
import { messageOf } from '../../protocol/errors.ts';

/** What a damaged log comes to when it is made anew from its events. */
export interface FreshLog {
  /** Seq of the last of the sound events, all of which are in the new file. */
  readonly kept: number;
  /** Seq of the last event that had been removed before; 0 for none. */
  readonly cut: number;
  /** Why later ones are not, or may have been lost; undefined if there are none. */
  readonly problem?: string;
  /** What of the database differs from what its events make of it, when all of them are sound. */
  readonly difference?: string;
}

export interface FreshLogPlaces {
  readonly dataDir: string;
  readonly file: string;
  /** The new database. */
  readonly fresh: string;
  /** Gets the events after the sound ones, if any are unsound; for {@link makeFresh} it is optional. */
  readonly movedTo?: string;
}

/**
 * Makes a database of the sound events of a log, with projections and a snapshot: from what SQLite can read if
 * that is all, else from what any page of the file has. The log itself is not changed.
 *
 * Throws errors of the disk: they are no fault of the log, and no event may be given up for them.
 */
export function makeFresh({ dataDir, file, fresh, movedTo }: FreshLogPlaces): FreshLog {
  const read = copyReadable(file, fresh);
  if (read.problem === undefined && !(read.kept === 0 && hasContents(dataDir))) {
    finish(fresh, read.cut);
    const difference = compared(file, fresh);
    return { kept: read.kept, cut: seqOf(read.cut), ...(difference === undefined ? {} : { difference }) };
  }
  removeDb(fresh);
  const salvage = salvageEvents(file, `${fresh}-rows`);
  try {
    const target = openLogDb(fresh);
    const cut = salvagedCut(file, salvage) ?? read.cut;
    if (cut) writeCut(target, cut);
    const kept = transact(target, () => insertAll(target, seqOf(cut), salvage.sound(cut && cutOf(cut))));
    const end = endOf(file);
    const isWhole = end === kept && kept > 0 && salvage.after(kept).next().done === true;
    if (isWhole) keepId(file, target);
    target.close();
    finish(fresh, cut);
    if (isWhole) return { kept, cut: seqOf(cut), difference: read.problem ?? 'unknown' };
    if (movedTo !== undefined) moveAside(salvage.after(kept), movedTo);
    return { kept, cut: seqOf(cut), problem: whatIsWrong(file, read, kept) };
  } finally {
    salvage.close();
  }
}

/** Removes a database and the files beside it. */
export function removeDb(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

function whatIsWrong(file: string, { kept, problem }: Readable, salvaged: number): string {
  if (!existsSync(file)) return 'the log is missing.';
  if (problem === undefined) return 'the log has no events.';
  return salvaged === kept ? problem : `it cannot be read (${problem})`;
}

function seqOf(cut: PrunedEvent | undefined): number {
  return cut?.throughSeq ?? 0;
}

interface Readable {
  readonly kept: number;
  readonly cut?: PrunedEvent;
  readonly problem?: string;
}

/** Copies events as long as SQLite can read them and the chain holds. */
function copyReadable(file: string, fresh: string): Readable {
  const target = openLogDb(fresh);
  try {
    return transact(target, () => copyRows(file, target));
  } finally {
    target.close();
  }
}

function copyRows(file: string, target: Db): Readable {
  if (!existsSync(file)) return { kept: 0, problem: 'the log is missing.' };
  const source = read(() => openSource(file));
  if ('problem' in source) return { kept: 0, problem: source.problem };
  try {
    const begin = read(() => cutEvent(source.value));
    if ('problem' in begin) return { kept: 0, problem: begin.problem };
    const cut = begin.value;
    if (cut) writeCut(target, cut);
    return { ...copyAfter(cut, file, source.value, target), ...(cut && { cut }) };
  } finally {
    source.value.close();
  }
}

function copyAfter(begin: PrunedEvent | undefined, file: string, source: Db, target: Db): Readable {
  let kept = seqOf(begin);
  let head = begin?.lastHash ?? GENESIS_HASH;
  let isSaid = begin === undefined;
  const rows = rowsAfter(source, kept);
  for (;;) {
    const next = read(() => rows.next());
    if ('problem' in next) return { kept, problem: next.problem };
    if (next.value.done === true) break;
    const { seq, json, hash } = next.value.value;
    const problem = chainProblem(seq, json, hash, kept + 1, head);
    if (problem !== undefined) return { kept, problem };
    insertEvent(target, JSON.parse(json) as HubEvent, json, hash);
    isSaid ||= begin !== undefined && isOfCut(json, cutOf(begin));
    kept = seq;
    head = hash;
  }
  const cut = read(() => cutOffAfter(source, kept));
  const problem = 'problem' in cut ? cut.problem : cut.value;
  if (problem !== undefined) return { kept, problem };
  if (!isSaid) return { kept, problem: 'its table cut is not what its events say.' };
  keepId(file, target);
  return { kept };
}

function openSource(file: string): Db {
  mustBeWhole(file);
  const source = openLogReader(file);
  formatOf(source, file);
  return source;
}

/** Reads of the damaged log: whatever they throw is its damage, and never the disk's lack of room. */
function read<T>(work: () => T): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: work() };
  } catch (error) {
    const { code, details } = (error ?? {}) as { code?: unknown; details?: { problem?: unknown } };
    if (code === 'log_newer') throw error;
    if (typeof details?.problem === 'string') return { problem: details.problem };
    return { problem: messageOf(error) };
  }
}

function insertAll(target: Db, after: number, rows: Iterable<StoredRow>): number {
  let kept = after;
  for (const { seq, json, hash } of rows) {
    insertEvent(target, JSON.parse(json) as HubEvent, json, hash);
    kept = seq;
  }
  return kept;
}

/** Seq of the last event, as the newest snapshot has it; undefined if that cannot be read. */
function endOf(file: string): number | undefined {
  return readFrom(file, (db) => Number(db.prepare('SELECT max(seq) AS seq FROM snapshots').get()?.['seq'] ?? 0));
}

/** No event is lost: replicas may go on with the new database. */
function keepId(file: string, target: Db): void {
  const id = readFrom(file, (db) => readMeta(db, 'log_id'));
  if (id !== undefined) writeMeta(target, 'log_id', id);
}

function readFrom<T>(file: string, work: (db: Db) => T): T | undefined {
  const db = read(() => openIdleLog(file));
  if ('problem' in db) return undefined;
  const found = read(() => work(db.value));
  db.value.close();
  return 'problem' in found ? undefined : found.value;
}

/** Projections and a snapshot for the events of a new database. */
function finish(fresh: string, cut: PrunedEvent | undefined): void {
  const writer = new Writer({ file: fresh, projections, snapshotEvery: 1 });
  const again = cut && saidAgain(fresh, cut);
  if (again) writer.write([{ first: again.seq, lines: again.json }]);
  writer.settle();
  writer.close();
}

function compared(file: string, fresh: string): string | undefined {
  const db = openIdleLog(file);
  const made = openDb(fresh, { readOnly: true });
  try {
    return differenceFrom(db, made, projections);
  } finally {
    db.close();
    made.close();
  }
}

/** Writes the events after the sound ones, and syncs: only then may the log be replaced. */
function moveAside(rows: Iterable<StoredRow>, to: string): void {
  const out = openSync(to, 'wx', 0o600);
  try {
    for (const { seq, json, hash } of rows) writeSync(out, `${JSON.stringify({ seq, body: json, hash })}\n`);
    fsyncSync(out);
  } finally {
    closeSync(out);
  }
}
