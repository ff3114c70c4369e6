import { cutSeq } from './cut.ts';
import type { Db } from './db.ts';

/** Events from one seq to another, both of them included. */
export interface SeqsOfTime {
  readonly low: number;
  readonly high: number;
}

/** What an event's time is read from: what the log has, which never goes back, or what the clock showed. */
const AT = 'SELECT at AS time FROM events WHERE seq = ?';
const SHOWN = "SELECT coalesce(json_extract(body, '$.clock'), at) AS time FROM events WHERE seq = ?";

/**
 * Where the events of a time are: by `at`, and by what the clock showed. One range, unless the clock was set. Between
 * two steps what it showed grows with the seq, so each such run is searched for its part. What happened while the clock
 * was wrong is of the time, too, where the events before and behind it are.
 * @param from the first ms, by default that of the first event
 * @param to the ms after the last one, by default for ever
 */
export function rangesOfTime(db: Db, from: number | undefined, to: number | undefined): readonly SeqsOfTime[] {
  const first = cutSeq(db) + 1;
  if (from === undefined && to === undefined) return [{ low: first, high: Number.MAX_SAFE_INTEGER }];
  const end = Number(db.prepare('SELECT max(seq) AS seq FROM events').get()?.['seq'] ?? 0);
  const runs = runsOf(db, first, end);
  const whole = partOf(db, AT, { low: first, high: end }, from, to);
  if (runs.length === 1) return whole ? [whole] : [];
  const shown: SeqsOfTime[] = [];
  let before: SeqsOfTime | undefined;
  for (const run of runs) {
    const part = partOf(db, SHOWN, run, from, to);
    if (!part) continue;
    const last = shown.at(-1);
    if (last && last.high === before?.high && part.low === run.low)
      shown[shown.length - 1] = { ...last, high: part.high };
    else shown.push(part);
    before = run;
  }
  return merged(whole ? [...shown, whole] : shown);
}

/** The parts of the log between steps of the clock; the event of a step begins one. */
function runsOf(db: Db, first: number, end: number): readonly SeqsOfTime[] {
  const steps = db
    .prepare(
      "SELECT seq FROM events INDEXED BY events_type WHERE type = 'hub.clock_stepped' AND type <> 'tool.called' AND seq > ? ORDER BY seq",
    )
    .all(first)
    .map((row) => Number(row['seq']));
  return [first, ...steps]
    .map((low, n) => ({ low, high: (steps[n] ?? end + 1) - 1 }))
    .filter(({ low, high }) => low <= high);
}

/** The part of a range in which times lie; undefined for none. In the range they never go back. */
function partOf(
  db: Db,
  sql: string,
  range: SeqsOfTime,
  from: number | undefined,
  to: number | undefined,
): SeqsOfTime | undefined {
  const low = from === undefined ? range.low : firstFrom(db, sql, range, from);
  const high = to === undefined ? range.high : firstFrom(db, sql, range, to) - 1;
  return low <= high ? { low, high } : undefined;
}

/** The first seq of a range whose event the log has at or after a time; one past its last when there is none. */
export function firstSeqFrom(db: Db, range: SeqsOfTime, time: number): number {
  return firstFrom(db, AT, range, time);
}

/** The first seq of a range at or after a time; one past its last when there is none. */
function firstFrom(db: Db, sql: string, range: SeqsOfTime, time: number): number {
  const timeOf = db.prepare(sql);
  const isBefore = (seq: number): boolean => Number(timeOf.get(seq)?.['time']) < time;
  // Most runs are wholly before or after it.
  if (range.low > range.high || !isBefore(range.low)) return range.low;
  if (isBefore(range.high)) return range.high + 1;
  let { low, high } = range;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same events in as few ranges, in order. */
function merged(ranges: readonly SeqsOfTime[]): readonly SeqsOfTime[] {
  const all: SeqsOfTime[] = [];
  for (const range of ranges.toSorted((a, b) => a.low - b.low)) {
    const last = all.at(-1);
    if (last && range.low <= last.high + 1) all[all.length - 1] = { ...last, high: Math.max(last.high, range.high) };
    else all.push(range);
  }
  return all;
}
