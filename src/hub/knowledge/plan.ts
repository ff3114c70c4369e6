import type { KnowledgePlan } from '../../protocol/knowledge.ts';
import type { Db } from '../log/db.ts';

/** Media types that are named; the rest are taken together. */
const MOST_KINDS = 20;

/** What there is to index in a workspace. */
export function planOf(db: Db, workspace: string): KnowledgePlan {
  const kinds = db
    .prepare(
      `SELECT mime, count(*) AS files, sum(size_bytes) AS size FROM files WHERE workspace = ? AND deleted_at IS NULL
       GROUP BY mime ORDER BY size DESC, mime`,
    )
    .all(workspace)
    .map((row) => ({ mime: String(row['mime']), files: Number(row['files']), sizeBytes: Number(row['size']) }));
  const sum = (of: 'files' | 'sizeBytes', some = kinds): number => some.reduce((total, kind) => total + kind[of], 0);
  const rest = kinds.slice(MOST_KINDS);
  return {
    files: sum('files'),
    sizeBytes: sum('sizeBytes'),
    kinds: [
      ...kinds.slice(0, MOST_KINDS),
      ...(rest.length === 0 ? [] : [{ mime: 'others', files: sum('files', rest), sizeBytes: sum('sizeBytes', rest) }]),
    ],
  };
}
