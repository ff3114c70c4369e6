import { HubError } from '../../protocol/errors.ts';
import type { FileRecord, FileVersion, FolderListing, Page, PageRequest } from '../../protocol/records.ts';
import type { Db } from '../log/db.ts';
import { decodeCursor, encodeCursor, pageLimit, pageOf, type Fits } from '../paging.ts';
import { fileFromRow, versionFromRow } from '../log/file-rows.ts';
import { compileGlob } from '../paths/glob.ts';

const DEFAULT_LIMIT = 100;
/** Paths that one call of {@link findFiles} looks at, at most. */
const FIND_BUDGET = 50_000;
/** Greater than every character of a path, in SQLite's order as in Unicode's. */
const LAST = '\u{10ffff}';

export interface FileListRequest extends PageRequest {
  /** Only paths with this prefix. */
  readonly prefix?: string;
  /** Deleted files instead, newest first. */
  readonly deleted?: boolean;
  readonly fits?: Fits<FileRecord>;
}

/** Files by path, all folders together. */
export function listFiles(db: Db, workspace: string, request: FileListRequest): Page<FileRecord> {
  if (request.deleted === true) return listDeleted(db, workspace, request);
  const limit = pageLimit(request.limit, DEFAULT_LIMIT);
  const prefix = (request.prefix ?? '').normalize('NFC');
  const [after] = request.cursor === undefined ? [''] : decodeCursor(request.cursor, ['string']);
  const rows = db
    .prepare(
      `SELECT * FROM files WHERE workspace = ? AND deleted_at IS NULL AND path > ? AND path >= ? AND path < ?
       ORDER BY path LIMIT ?`,
    )
    .all(workspace, after, prefix, prefix + LAST, limit + 1);
  return pageOf(rows.values().map(fileFromRow), limit, ({ path }) => [path], request.fits);
}

function listDeleted(db: Db, workspace: string, request: FileListRequest): Page<FileRecord> {
  const limit = pageLimit(request.limit, DEFAULT_LIMIT);
  const prefix = (request.prefix ?? '').normalize('NFC');
  const [at, id] =
    request.cursor === undefined ? [Number.MAX_SAFE_INTEGER, ''] : decodeCursor(request.cursor, ['number', 'string']);
  const rows = db
    .prepare(
      `SELECT * FROM files WHERE workspace = ? AND deleted_at IS NOT NULL AND (deleted_at, id) < (?, ?)
       AND path >= ? AND path < ? ORDER BY deleted_at DESC, id DESC LIMIT ?`,
    )
    .all(workspace, at, id, prefix, prefix + LAST, limit + 1);
  return pageOf(rows.values().map(fileFromRow), limit, (file) => [file.deletedAt ?? 0, file.id], request.fits);
}

/** One level: folders by name, then files by name. An unknown folder is an empty listing. */
export function listFolder(db: Db, workspace: string, folder: string, request: PageRequest): FolderListing {
  const limit = pageLimit(request.limit, 200);
  const [kind, after] =
    request.cursor === undefined ? ['folder', ''] : decodeCursor(request.cursor, ['string', 'string']);
  const folderRows =
    kind === 'file'
      ? []
      : db
          .prepare('SELECT * FROM folders WHERE workspace = ? AND parent = ? AND name > ? ORDER BY name LIMIT ?')
          .all(workspace, folder, after, limit + 1);
  const folders = folderRows.slice(0, limit).map((row) => ({
    name: String(row['name']),
    fileCount: Number(row['file_count']),
    sizeBytes: Number(row['size_bytes']),
  }));
  const lastFolder = folders.at(-1);
  if (folderRows.length > limit && lastFolder) {
    return { folders, files: [], nextCursor: encodeCursor(['folder', lastFolder.name]) };
  }
  const room = limit - folders.length;
  const fileRows = db
    .prepare(
      'SELECT * FROM files WHERE workspace = ? AND folder = ? AND name > ? AND deleted_at IS NULL ORDER BY name LIMIT ?',
    )
    .all(workspace, folder, kind === 'file' ? after : '', room + 1);
  const files = fileRows.slice(0, room).map(fileFromRow);
  if (fileRows.length <= room) return { folders, files };
  return { folders, files, nextCursor: encodeCursor(['file', String(fileRows[room - 1]?.['name'] ?? '')]) };
}

/**
 * Files whose path matches a glob, by path. Looks at a bounded number of paths: a page may hold
 * fewer than `limit`, even none, and still have a `nextCursor`. Throws `invalid_argument`.
 */
export function findFiles(
  db: Db,
  workspace: string,
  pattern: string,
  request: PageRequest & { readonly fits?: Fits<FileRecord> },
): Page<FileRecord> {
  const glob = compileGlob(pattern);
  if (glob instanceof HubError) throw glob;
  const limit = pageLimit(request.limit, DEFAULT_LIMIT);
  let [after] = request.cursor === undefined ? [''] : decodeCursor(request.cursor, ['string']);
  const paths = db.prepare(
    `SELECT path FROM files WHERE workspace = ? AND deleted_at IS NULL AND path > ? AND path >= ? AND path < ?
     ORDER BY path LIMIT ?`,
  );
  const record = db.prepare('SELECT * FROM files WHERE workspace = ? AND path = ? AND deleted_at IS NULL');
  const items: FileRecord[] = [];
  for (let seen = 0; seen < FIND_BUDGET; seen += FIND_STEP) {
    const rows = paths.all(workspace, after, glob.prefix, glob.prefix + LAST, FIND_STEP);
    for (const row of rows) {
      const path = String(row['path']);
      if (glob.matches(path)) {
        if (items.length === limit) return { items, nextCursor: encodeCursor([after]) };
        const found = record.get(workspace, path);
        const file = found && fileFromRow(found);
        if (file && request.fits?.(file) === false && items.length > 0) {
          return { items, nextCursor: encodeCursor([after]) };
        }
        if (file) items.push(file);
      }
      after = path;
    }
    if (rows.length < FIND_STEP) return { items };
  }
  return { items, nextCursor: encodeCursor([after]) };
}

const FIND_STEP = 1000;

/** All kept versions of a file, newest first. */
export function listVersions(
  db: Db,
  fileId: string,
  request: PageRequest & { readonly fits?: Fits<FileVersion> },
): Page<FileVersion> {
  const limit = pageLimit(request.limit, DEFAULT_LIMIT);
  const [below] = request.cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(request.cursor, ['number']);
  const rows = db
    .prepare('SELECT * FROM file_versions WHERE file_id = ? AND version < ? ORDER BY version DESC LIMIT ?')
    .all(fileId, below, limit + 1);
  return pageOf(rows.values().map(versionFromRow), limit, ({ version }) => [version], request.fits);
}

/** Paths near a missing one: at most 2,000, those of its folder first. */
export function pathsAround(db: Db, workspace: string, folder: string): string[] {
  const inFolder = db
    .prepare('SELECT path FROM files WHERE workspace = ? AND folder = ? AND deleted_at IS NULL LIMIT 1000')
    .all(workspace, folder);
  const anywhere = db
    .prepare('SELECT path FROM files WHERE workspace = ? AND deleted_at IS NULL LIMIT 1000')
    .all(workspace);
  return [...new Set([...inFolder, ...anywhere].map((row) => String(row['path'])))];
}
