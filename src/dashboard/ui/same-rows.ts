/**
 * Rows made anew, in which one that says the same as before is the same object: a table does not render it again.
 *
 * @param keyOf names a row in both lists
 */
export function sameRows<T>(
  before: readonly T[],
  now: readonly T[],
  keyOf: (row: T) => string,
  isSame: (one: T, other: T) => boolean,
): readonly T[] {
  const known = new Map(before.map((row) => [keyOf(row), row]));
  return now.map((row) => {
    const was = known.get(keyOf(row));
    return was !== undefined && isSame(was, row) ? was : row;
  });
}
