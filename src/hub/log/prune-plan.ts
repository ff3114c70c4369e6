import type { PrunedEvents } from '../../protocol/records.ts';
import { hasContentTable } from './content-table.ts';
import { cutSeq, cuttableSeq } from './cut.ts';
import type { Db } from './db.ts';
import { nextTurn } from './next-turn.ts';
import { firstSeqFrom } from './time-ranges.ts';

/** Events that are measured at once; other work has its turn in between. */
const SLICE = 2_000;

/**
 * The events of the log that happened before a time; undefined for none. Of the youngest of these a few stay, as they
 * are removed by whole blocks (256 events), and so does what a content that has no file yet belongs to. The time of an
 * event is that of the log, which is never before the clock's: after a clock was ahead, events are kept too long rather
 * than not long enough.
 *
 * @param before ms since the epoch
 */
export async function prunePlan(db: Db, before: number): Promise<PrunedEvents | undefined> {
  const low = cutSeq(db) + 1;
  const throughSeq = lastPrunable(db, low, before);
  if (throughSeq < low) return undefined;
  let sizeBytes = 0;
  for (let from = low; from <= throughSeq; from += SLICE) {
    const row = db
      .prepare('SELECT sum(octet_length(body)) AS bytes FROM events WHERE seq BETWEEN ? AND ?')
      .get(from, Math.min(from + SLICE - 1, throughSeq));
    sizeBytes += Number(row?.['bytes'] ?? 0);
    await nextTurn();
  }
  return { throughSeq, count: throughSeq - low + 1, sizeBytes, from: timeAt(db, low), to: timeAt(db, throughSeq) };
}

/** Seq of the last event that may go; before `low` for none. Quick: it reads a few rows. */
export function lastPrunable(db: Db, low: number, before: number): number {
  const end = Number(db.prepare('SELECT max(seq) AS seq FROM events').get()?.['seq'] ?? 0);
  const waiting = hasContentTable(db)
    ? (db.prepare('SELECT min(seq) AS seq FROM contents').get()?.['seq'] ?? undefined)
    : undefined;
  const first = firstSeqFrom(db, { low, high: end }, before);
  return cuttableSeq(Math.min(first - 1, waiting === undefined ? end : Number(waiting) - 1));
}

function timeAt(db: Db, seq: number): number {
  return Number(db.prepare('SELECT at FROM events WHERE seq = ?').get(seq)?.['at']);
}
