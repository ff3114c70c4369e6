import type { KnowledgeFile, KnowledgeFileState } from '../../protocol/knowledge.ts';
import type { Page } from '../../protocol/records.ts';
import type { Db, SqlRow } from '../log/db.ts';
import { decodeCursor, pageOf } from '../paging.ts';
import { whyOf } from './workspace-index.ts';

/** How much there is in an index: passages, and pages, slides and sheets. */
export function totalsOf(db: Db): { readonly passages: number; readonly pages: number } {
  const row = db.prepare('SELECT sum(passages) AS passages, sum(parts) AS pages FROM files').get();
  return { passages: Number(row?.['passages'] ?? 0), pages: Number(row?.['pages'] ?? 0) };
}

/** Files of an index by path, of one state or of all. */
export function filesOf(
  db: Db,
  request: { readonly state?: KnowledgeFileState; readonly limit: number; readonly cursor?: string },
): Page<KnowledgeFile> {
  const [after] = request.cursor === undefined ? [''] : decodeCursor(request.cursor, ['string']);
  const state = request.state ?? null;
  const rows = db
    .prepare('SELECT * FROM files WHERE path > ? AND (? IS NULL OR state = ?) ORDER BY path LIMIT ?')
    .all(after, state, state, request.limit + 1);
  return pageOf(rows.map(knowledgeFile), request.limit, ({ path }) => [path]);
}

function knowledgeFile(row: SqlRow): KnowledgeFile {
  const parts = row['parts'];
  return {
    fileId: String(row['file_id']),
    path: String(row['path']),
    version: Number(row['version']),
    state: row['state'] as KnowledgeFileState, // no other is ever written
    ...whyOf(row),
    passages: Number(row['passages']),
    ...(parts === null || parts === undefined ? {} : { pages: Number(parts) }),
  };
}
