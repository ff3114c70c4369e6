import type { DatabaseSync } from 'node:sqlite';

/** So many names may lie there whether a frame has them or not. */
const MOST_UNLOOKED = 10_000;

/** Columns of `frames` that are ids in `names`. */
const NAMED = ['session', 'key', 'agent', 'workspace', 'method', 'tool', 'subject'];

/**
 * Removes names that no frame has any more; addresses that strangers ask for are names too. Answers how many went.
 * Whoever keeps numbers of names in memory must forget them then.
 */
export function removeUnusedNames(db: DatabaseSync): number {
  const { count } = db.prepare('SELECT count(*) AS count FROM names').get() as { count: number };
  if (count <= MOST_UNLOOKED) return 0;
  const used = NAMED.map((column) => `SELECT ${column} FROM frames WHERE ${column} IS NOT NULL`).join(' UNION ');
  return Number(db.prepare(`DELETE FROM names WHERE id NOT IN (${used})`).run().changes);
}
