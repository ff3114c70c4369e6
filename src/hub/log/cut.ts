import path from 'node:path';
import type { EventOf } from '../../protocol/events.ts';
import { cutOf } from '../../protocol/reduce/audit.ts';
import { storedJson } from '../stored-json.ts';
import type { Db } from './db.ts';
import { BLOCK_BITS } from './projections/session-blocks.ts';
import type { LogCut } from '../../protocol/retention-state.ts';

/** An event that says that all events up to one were removed. */
export type PrunedEvent = EventOf<'audit.pruned'>;

/**
 * Where the log begins, in one row: the event that says so, and whether all that it removed is gone. It is written in
 * the transaction of that event. No row: the log has all of its events.
 */
export const CUT_TABLE = `CREATE TABLE cut (
    one INTEGER PRIMARY KEY CHECK (one = 1), event TEXT NOT NULL, cleared INTEGER NOT NULL)`;

/** Events are removed by whole blocks, so that a table of blocks never has one of which a part is gone. */
const STEP = 2 ** BLOCK_BITS;

/** The last seq, at most `seq`, up to which events can be removed; less than 1 for none. */
export function cuttableSeq(seq: number): number {
  return Math.floor((seq + 1) / STEP) * STEP - 1;
}

/** Where the log begins; undefined where it has all of its events. */
export function readCut(db: Db): LogCut | undefined {
  const event = cutEvent(db);
  return event && cutOf(event);
}

/** The event that made the log begin where it does. */
export function cutEvent(db: Db): PrunedEvent | undefined {
  if (!hasCutTable(db)) return undefined;
  const row = db.prepare('SELECT event FROM cut').get();
  return row && (storedJson(row['event']) as PrunedEvent);
}

/** Seq of the last event that was removed; 0 for none. */
export function cutSeq(db: Db): number {
  if (!hasCutTable(db)) return 0;
  return Number(db.prepare("SELECT json_extract(event, '$.throughSeq') AS seq FROM cut").get()?.['seq'] ?? 0);
}

/** Whether the JSON of an event is that of the one that says that the events up to a cut were removed. */
export function isOfCut(json: string, cut: LogCut): boolean {
  if (!json.includes('"audit.pruned"')) return false;
  const event = JSON.parse(json) as PrunedEvent;
  if (event.type !== 'audit.pruned') return false;
  return event.throughSeq === cut.seq && event.lastHash === cut.hash && event.base === cut.base;
}

/** Makes the log begin after the events that were removed. Their rows are still there. */
export function writeCut(db: Db, event: PrunedEvent): void {
  db.prepare('INSERT OR REPLACE INTO cut VALUES (1, ?, 0)').run(JSON.stringify(event));
}

/** Whether rows of removed events are still there. */
export function isCutOpen(db: Db): boolean {
  return db.prepare('SELECT 1 FROM cut WHERE cleared = 0').get() !== undefined;
}

/** Nothing is left of what was removed. */
export function closeCut(db: Db): void {
  db.exec('UPDATE cut SET cleared = 1');
}

/** A log of a format before 4 that is only read has no such table. */
function hasCutTable(db: Db): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'cut'").get() !== undefined;
}

/** The file that has what the removed events made, beside the log. */
export function baseFile(logFile: string, seq: number): string {
  return path.join(path.dirname(logFile), `hub-base-${seq}.db`);
}

/** The seq in the name of such a file; undefined for any other. */
export function seqOfBase(name: string): number | undefined {
  const [, seq] = /^hub-base-(\d+)\.db$/u.exec(name) ?? [];
  return seq === undefined ? undefined : Number(seq);
}
