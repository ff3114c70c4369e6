import type { DatabaseSync } from 'node:sqlite';
import type { BodyFiles } from './body-files.ts';
import type { PurgeQuery } from './messages.ts';
import { type Removal, REMOVED_AT_ONCE } from './removal.ts';
import { withoutKey } from './streams.ts';

interface PurgeParts {
  readonly db: DatabaseSync;
  readonly removal: Removal;
  readonly files: BodyFiles;
  /** Lets others be served between two steps. */
  readonly pause: () => Promise<void>;
}

/**
 * Removes what concerns something that is gone for good, pinned or not: all frames of a key or of a workspace, or, of a
 * file, the bodies of the workspace's frames that name its id or its path. Answers how many frames that were.
 */
export async function purge(parts: PurgeParts, { keyId, workspace, names }: PurgeQuery): Promise<number> {
  const { db, removal, pause } = parts;
  const column = keyId === undefined ? 'workspace' : 'key';
  const id = db.prepare('SELECT id FROM names WHERE text = ?').get(keyId ?? workspace ?? '')?.['id'];
  if (typeof id !== 'number') return 0;
  if (names !== undefined) return await purgeNamed(parts, id, names);
  const find = db.prepare(`SELECT n FROM frames WHERE n > ? AND ${column} = ? ORDER BY n LIMIT ?`);
  let removed = 0;
  for (let after = 0; ;) {
    const places = find.all(after, id, REMOVED_AT_ONCE).map(({ n }) => Number(n));
    removal.remove(places);
    removed += places.length;
    if (places.length < REMOVED_AT_ONCE) break;
    after = places.at(-1) ?? after;
    await pause();
  }
  return keyId === undefined ? removed : removed + (await purgeStreams(parts, id));
}

/** Removes the bodies of a workspace's frames that have one of some names in them, and those of their pairs: an answer may have what its request named. */
async function purgeNamed(
  { db, removal, files, pause }: PurgeParts,
  workspace: number,
  names: readonly string[],
): Promise<number> {
  const written = names.flatMap((name) => spellings(name.toWellFormed()));
  const named = written.map(() => 'instr(b.bytes, CAST(? AS BLOB)) > 0').join(' OR ');
  const find = db.prepare(
    `SELECT f.n, f.pair, EXISTS (SELECT 1 FROM bodies b WHERE ${OWN} AND (${named})) AS isNamed
     FROM frames f WHERE f.n > ? AND f.workspace = ? AND f.body IS NOT NULL ORDER BY f.n LIMIT ?`,
  );
  const large = db.prepare(`SELECT b.file FROM frames f JOIN bodies b ON ${OWN} WHERE f.n = ? AND b.file IS NOT NULL`);
  const needles = written.map((name) => Buffer.from(name));
  let removed = 0;
  for (let after = 0; ;) {
    const rows = find.all(...written, after, workspace, REMOVED_AT_ONCE);
    const places = new Set<number>();
    for (const { n, pair, isNamed } of rows) {
      const says = isNamed === 1 || large.all(Number(n)).some(({ file }) => files.says(String(file), needles));
      if (!says) continue;
      places.add(Number(n));
      if (pair !== null) places.add(Number(pair));
    }
    removal.removeBodies([...places]);
    removed += places.size;
    if (rows.length < REMOVED_AT_ONCE) return removed;
    after = Number(rows.at(-1)?.['n']);
    await pause();
  }
}

/** The bodies `b` that a frame `f` has: an exchange its answer's too. */
const OWN = 'b.id IN (f.body, iif(f.kind = 0, f.body + 1, NULL))';

/** How a name may be written in a body: as it is, in JSON, and in an address. */
function spellings(name: string): readonly string[] {
  return [...new Set([name, JSON.stringify(name).slice(1, -1), encodeURI(name), encodeURIComponent(name)])];
}

/** Removes a key's frames from rows that stand for many. */
async function purgeStreams({ db, removal, pause }: PurgeParts, key: number): Promise<number> {
  const find = db.prepare('SELECT n, streams FROM frames WHERE n > ? AND streams IS NOT NULL ORDER BY n LIMIT ?');
  const change = db.prepare('UPDATE frames SET streams = ? WHERE n = ?');
  let removed = 0;
  for (let after = 0; ;) {
    const rows = find.all(after, REMOVED_AT_ONCE);
    const empty: number[] = [];
    for (const { n, streams } of rows) {
      const { kept, left, gone } = withoutKey(streams as Uint8Array, key);
      if (left === 0) empty.push(Number(n));
      else if (gone > 0) change.run(kept, Number(n));
      removed += gone;
    }
    removal.remove(empty);
    if (rows.length < REMOVED_AT_ONCE) return removed;
    after = Number(rows.at(-1)?.['n']);
    await pause();
  }
}
