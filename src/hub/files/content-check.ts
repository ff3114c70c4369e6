import { stat } from 'node:fs/promises';
import type { ContentsCheck, DamagedContent } from '../../protocol/records.ts';
import { isContent } from '../disk/checked-content.ts';
import type { Db } from '../log/db.ts';
import { decodeCursor, encodeCursor } from '../paging.ts';

/** A page ends after this, or after the content that is being read then. */
const PAGE_MS = 2_000;
/** Damaged contents of a page, and versions that are named for each of them. */
const MOST_DAMAGED = 100;
const MOST_VERSIONS = 20;

export interface ContentSource {
  readonly db: Db;
  /** Whether the log has a content itself, as it was written, because it has no file yet. */
  readonly isInLog: (sha256: string) => Promise<boolean>;
  /** Where any other content is. */
  readonly fileOf: (sha256: string) => Promise<string>;
  /** The name of a workspace by its id. */
  readonly workspaceName: (id: string) => string | undefined;
  /** Ms on a clock that only runs. */
  readonly elapsed: () => number;
  readonly signal?: AbortSignal;
}

/**
 * Reads contents of kept versions, in the order of their hashes and each once, and compares them with their
 * hashes. Answers after some seconds, with a cursor where there are more.
 */
export async function checkContents(source: ContentSource, cursor?: string): Promise<ContentsCheck> {
  const { db, elapsed, signal } = source;
  let [after] = cursor === undefined ? [''] : decodeCursor(cursor, ['string']);
  const total = Number(db.prepare('SELECT count(DISTINCT sha256) AS n FROM file_versions').get()?.['n'] ?? 0);
  const next = db.prepare('SELECT sha256, size_bytes FROM file_versions WHERE sha256 > ? ORDER BY sha256 LIMIT 1');
  const damaged: DamagedContent[] = [];
  const until = elapsed() + PAGE_MS;
  let checked = 0;
  let checkedBytes = 0;
  for (let row = next.get(after); row; row = next.get(after)) {
    signal?.throwIfAborted();
    if (checked > 0 && (elapsed() > until || damaged.length === MOST_DAMAGED)) {
      return { total, checked, checkedBytes, damaged, nextCursor: encodeCursor([after]) };
    }
    after = String(row['sha256']);
    const sizeBytes = Number(row['size_bytes']);
    const isInLog = await source.isInLog(after);
    const problem = isInLog ? undefined : await damageOf(await source.fileOf(after), after, sizeBytes, signal);
    // One that was purged meanwhile has no versions, and is not missed.
    const found = problem && withVersions(source, { sha256: after, sizeBytes, problem });
    if (found) damaged.push(found);
    checked += 1;
    checkedBytes += sizeBytes;
  }
  return { total, checked, checkedBytes, damaged };
}

async function damageOf(
  file: string,
  sha256: string,
  sizeBytes: number,
  signal: AbortSignal | undefined,
): Promise<DamagedContent['problem'] | undefined> {
  try {
    const { size } = await stat(file);
    return size === sizeBytes && (await isContent(file, sha256, signal)) ? undefined : 'damaged';
  } catch (error) {
    if (signal?.aborted) throw error;
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unreadable'; // what node:fs throws
  }
}

function withVersions(
  { db, workspaceName }: ContentSource,
  content: Omit<DamagedContent, 'versions' | 'versionCount'>,
): DamagedContent | undefined {
  const { sha256 } = content;
  const count = Number(db.prepare('SELECT count(*) AS n FROM file_versions WHERE sha256 = ?').get(sha256)?.['n'] ?? 0);
  if (count === 0) return undefined;
  const versions = db
    .prepare(
      `SELECT f.workspace, f.path, v.version, f.deleted_at FROM file_versions v JOIN files f ON f.id = v.file_id
       WHERE v.sha256 = ? ORDER BY f.workspace, f.path, v.version LIMIT ?`,
    )
    .all(sha256, MOST_VERSIONS)
    .map((row) => {
      const id = String(row['workspace']);
      return {
        workspace: workspaceName(id) ?? id,
        path: String(row['path']),
        version: Number(row['version']),
        isDeleted: row['deleted_at'] !== null,
      };
    });
  return { ...content, versions, versionCount: count };
}
