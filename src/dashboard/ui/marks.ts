/** Rows of a list that are marked, to do something with all of them at once. */
export interface Marks<T> {
  /** Keys of the marked rows; keys of rows that are gone do not matter. */
  readonly keys: ReadonlySet<string>;
  readonly onChange: (keys: ReadonlySet<string>) => void;
  readonly canMark: (row: T) => boolean;
  /** The row's name for screen readers. */
  readonly nameOf: (row: T) => string;
}

/** Toggles the mark of `key`. */
export function toggleMark(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** Also marks all rows between two keys, both included, in either direction. */
export function markRange(
  keys: ReadonlySet<string>,
  order: readonly string[],
  from: string | undefined,
  to: string,
): ReadonlySet<string> {
  const [a, b] = [from === undefined ? -1 : order.indexOf(from), order.indexOf(to)];
  const start = a < 0 ? b : Math.min(a, b);
  return new Set([...keys, ...order.slice(start, Math.max(a, b) + 1)]);
}

/** How much of a list is marked. */
export function markedShare(keys: ReadonlySet<string>, order: readonly string[]): 'none' | 'some' | 'all' {
  const count = order.reduce((sum, key) => sum + Number(keys.has(key)), 0);
  if (count === 0) return 'none';
  return count === order.length ? 'all' : 'some';
}
