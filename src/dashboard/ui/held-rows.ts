/** A list as it is shown. */
export interface HeldRows<T> {
  readonly rows: readonly T[];
  /** How many rows there are that are not shown. */
  readonly added: number;
  /** Keys of shown rows that are not there any more; none in a log. */
  readonly gone: ReadonlySet<string>;
}

/** What is remembered of a list from one change to the next. */
export interface HeldList<T> extends HeldRows<T> {
  /** The list as it was at the last change. */
  readonly live: readonly T[];
}

/**
 * - `log`: rows come and never change; what has come since is counted, also what is no longer kept.
 * - `state`: rows are what is there now; what is there and not shown is counted.
 * - `pages`: as `state`, and more rows are read when the end is near: they join at the end.
 */
export type ListKind = 'log' | 'state' | 'pages';

const none: ReadonlySet<string> = new Set();

/** A list that is live: all rows as they are. */
export function liveRows<T>(live: readonly T[]): HeldList<T> {
  return { live, rows: live, added: 0, gone: none };
}

/**
 * A list that is held: the same rows in the same order as before, each as it is now, or as it was last. Rows that
 * are the same objects make the same array.
 */
export function heldRows<T>(
  before: HeldList<T>,
  live: readonly T[],
  keyOf: (row: T) => string,
  kind: ListKind,
): HeldList<T> {
  if (live === before.live) return before;
  const now = new Map(live.map((row) => [keyOf(row), row]));
  const shown = new Set(before.rows.map(keyOf));
  const rows = before.rows.map((row) => now.get(keyOf(row)) ?? row);
  if (kind === 'pages') {
    const last = live.findLastIndex((row) => shown.has(keyOf(row)));
    if (last >= 0) rows.push(...live.slice(last + 1));
    for (const row of live.slice(last + 1)) if (last >= 0) shown.add(keyOf(row));
  }
  let added = 0;
  for (const key of now.keys()) if (!shown.has(key)) added += 1;
  let gone = none;
  if (kind === 'log') {
    const known = new Set(before.live.map(keyOf));
    added = before.added;
    for (const key of now.keys()) if (!shown.has(key) && !known.has(key)) added += 1;
  } else if (before.rows.some((row) => !now.has(keyOf(row)))) {
    gone = new Set(before.rows.map(keyOf).filter((key) => !now.has(key)));
  }
  const isSame = rows.length === before.rows.length && rows.every((row, at) => row === before.rows[at]);
  return { live, rows: isSame ? before.rows : rows, added, gone };
}
