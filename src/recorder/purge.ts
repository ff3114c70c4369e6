import type { DatabaseSync } from 'node:sqlite';
import type { PurgeQuery } from './messages.ts';
import { type Removal, REMOVED_AT_ONCE } from './removal.ts';

/**
 * Removes what concerns something that is gone for good, pinned or not: all frames of a key or of a workspace, or, of a
 * file, the bodies of the workspace's frames that name its id or its path. Answers how many frames that were.
 */
export async function purge(
  db: DatabaseSync,
  removal: Removal,
  { keyId, workspace, names = [] }: PurgeQuery,
  pause: () => Promise<void>,
): Promise<number> {
  const column = keyId === undefined ? 'workspace' : 'key';
  const id = db.prepare('SELECT id FROM names WHERE text = ?').get(keyId ?? workspace ?? '')?.['id'];
  if (typeof id !== 'number') return 0;
  const named = names.map(() => 'instr(b.bytes, CAST(? AS BLOB)) > 0').join(' OR ');
  const find = db.prepare(
    names.length === 0
      ? `SELECT f.n FROM frames f WHERE f.n > ? AND f.${column} = ? ORDER BY f.n LIMIT ?`
      : `SELECT f.n FROM frames f JOIN bodies b ON b.id = f.body WHERE f.n > ? AND f.${column} = ?
         AND (b.file IS NOT NULL OR ${named}) ORDER BY f.n LIMIT ?`,
  );
  let removed = 0;
  let after = 0;
  for (;;) {
    const places = find.all(after, id, ...names, REMOVED_AT_ONCE).map(({ n }) => Number(n));
    if (names.length === 0) removal.remove(places);
    else removal.removeBodies(places);
    removed += places.length;
    if (places.length < REMOVED_AT_ONCE) return removed;
    after = places.at(-1) ?? after;
    await pause();
  }
}
