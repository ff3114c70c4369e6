import type { FileRecord } from '../../../protocol/records.ts';
import { timeOf } from '../../../protocol/time-of.ts';
import { recordAfter, versionOf, type FileEvent } from '../../rules/file-records.ts';
import { fileFromRow } from '../file-rows.ts';
import { nameOf } from '../../paths/path.ts';
import type { Db } from '../db.ts';
import { projection } from './projection.ts';
import { folderOf } from '../../../protocol/folders-above.ts';

/**
 * Files with all their kept versions, the folders above them, and ended uploads.
 *
 * A path has at most one file that is not deleted, and any number of deleted ones. A folder has a row while
 * there are files below it; `file_count` and `size_bytes` count all of them, so that one level of the tree is
 * read without the deeper ones. `purged_contents` lists the contents of purged versions: besides them, no
 * content in the folder may be removed as an orphan of this log.
 */
export const filesProjection = projection('files', {
  version: 1,
  schema: [
    `CREATE TABLE files (
      id TEXT PRIMARY KEY, workspace TEXT NOT NULL, path TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
      version INTEGER NOT NULL, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL, mime TEXT NOT NULL, source TEXT NOT NULL,
      written_by TEXT NOT NULL, created_at INTEGER NOT NULL, written_at INTEGER NOT NULL, seq INTEGER NOT NULL, deleted_at INTEGER
    ) WITHOUT ROWID`,
    'CREATE UNIQUE INDEX files_by_path ON files (workspace, path) WHERE deleted_at IS NULL',
    'CREATE INDEX files_by_folder ON files (workspace, folder, name) WHERE deleted_at IS NULL',
    'CREATE INDEX files_deleted ON files (workspace, deleted_at, id) WHERE deleted_at IS NOT NULL',
    'CREATE INDEX files_deleted_by_path ON files (workspace, path, deleted_at) WHERE deleted_at IS NOT NULL',
    `CREATE TABLE file_versions (
      file_id TEXT NOT NULL, version INTEGER NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL,
      mime TEXT NOT NULL, source TEXT NOT NULL, written_by TEXT NOT NULL, written_at INTEGER NOT NULL, seq INTEGER NOT NULL,
      PRIMARY KEY (file_id, version)
    ) WITHOUT ROWID`,
    'CREATE INDEX file_versions_by_content ON file_versions (sha256)',
    'CREATE TABLE purged_contents (sha256 TEXT PRIMARY KEY) WITHOUT ROWID',
    `CREATE TABLE folders (
      workspace TEXT NOT NULL, parent TEXT NOT NULL, name TEXT NOT NULL, file_count INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
      PRIMARY KEY (workspace, parent, name)
    ) WITHOUT ROWID`,
    `CREATE TABLE uploads (
      id TEXT PRIMARY KEY, workspace TEXT NOT NULL, path TEXT NOT NULL, size_bytes INTEGER NOT NULL, started_by TEXT NOT NULL,
      started_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT, file_id TEXT, version INTEGER
    ) WITHOUT ROWID`,
  ],
  on: {
    'file.written': (db, event) => {
      if (event.uploadId !== undefined) {
        db.prepare('UPDATE uploads SET file_id = ?, version = ? WHERE id = ?').run(
          event.fileId,
          event.version,
          event.uploadId,
        );
      }
      applyFile(db, event);
    },
    'file.moved': applyFile,
    'file.copied': applyFile,
    'file.deleted': applyFile,
    'file.restored': applyFile,
    'upload.started': (db, event) => {
      db.prepare(
        `INSERT INTO uploads (id, workspace, path, size_bytes, started_by, started_at, expires_at, status)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'open')`,
      ).run(
        event.uploadId,
        event.workspace,
        event.path,
        event.sizeBytes,
        JSON.stringify(event.actor),
        timeOf(event),
        event.expiresAt,
      );
    },
    'upload.finished': (db, event) => {
      db.prepare(`UPDATE uploads SET status = 'finished' WHERE id = ?`).run(event.uploadId);
    },
    'upload.cancelled': (db, event) => {
      db.prepare(`UPDATE uploads SET status = 'cancelled', reason = ? WHERE id = ?`).run(event.reason, event.uploadId);
    },
    'workspace.deleted': (db, event) => {
      purge(db, 'file_id IN (SELECT id FROM files WHERE workspace = ?)', event.workspace);
      for (const table of ['files', 'folders', 'uploads'])
        db.prepare(`DELETE FROM ${table} WHERE workspace = ?`).run(event.workspace);
    },
  },
});

function applyFile(db: Db, event: FileEvent): void {
  const row = db.prepare('SELECT * FROM files WHERE id = ?').get(event.fileId);
  const was = row && fileFromRow(row);
  const is = recordAfter(event, was);
  count(db, was, -1);
  count(db, is, 1);

  if (!is) {
    db.prepare('DELETE FROM files WHERE id = ?').run(event.fileId);
    purge(db, 'file_id = ?', event.fileId);
    return;
  }
  db.prepare('INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    is.id,
    is.workspace,
    is.path,
    folderOf(is.path),
    nameOf(is.path),
    is.version,
    is.sha256,
    is.sizeBytes,
    is.mime,
    is.source,
    JSON.stringify(is.writtenBy),
    is.createdAt,
    is.writtenAt,
    is.seq,
    is.deletedAt ?? null,
  );
  const version = versionOf(event);
  if (!version) return;
  db.prepare('INSERT INTO file_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    version.fileId,
    version.version,
    version.path,
    version.sha256,
    version.sizeBytes,
    version.mime,
    version.source,
    JSON.stringify(version.writtenBy),
    version.writtenAt,
    version.seq,
  );
}

/** Removes versions, and records their contents as purged. */
function purge(db: Db, which: string, value: string): void {
  db.prepare(`INSERT OR IGNORE INTO purged_contents SELECT sha256 FROM file_versions WHERE ${which}`).run(value);
  db.prepare(`DELETE FROM file_versions WHERE ${which}`).run(value);
}

/** Adds a file to the counts of all folders above it, or subtracts it. */
function count(db: Db, file: FileRecord | undefined, sign: 1 | -1): void {
  if (!file || file.deletedAt !== undefined) return;
  for (let folder = folderOf(file.path); folder !== ''; folder = folderOf(folder)) {
    const place = [file.workspace, folderOf(folder), nameOf(folder)] as const;
    db.prepare(
      `INSERT INTO folders VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET file_count = file_count + excluded.file_count, size_bytes = size_bytes + excluded.size_bytes`,
    ).run(...place, sign, sign * file.sizeBytes);
    if (sign === -1) {
      db.prepare('DELETE FROM folders WHERE workspace = ? AND parent = ? AND name = ? AND file_count = 0').run(
        ...place,
      );
    }
  }
}
