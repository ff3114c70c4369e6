import type { Actor } from '../../protocol/envelope.ts';
import type { FileOrigin } from '../../protocol/events/files.ts';
import type { FileRecord, FileVersion } from '../../protocol/records.ts';
import { storedJson } from '../stored-json.ts';
import type { SqlRow, SqlValue } from './db.ts';

/** A row of the projection's table `files`. */
export function fileFromRow(row: SqlRow): FileRecord {
  const deletedAt = row['deleted_at'];
  return {
    id: String(row['id']),
    workspace: String(row['workspace']),
    path: String(row['path']),
    version: Number(row['version']),
    ...contentFromRow(row),
    createdAt: Number(row['created_at']),
    ...(deletedAt === null || deletedAt === undefined ? {} : { deletedAt: Number(deletedAt) }),
  };
}

/** A row of the projection's table `file_versions`. */
export function versionFromRow(row: SqlRow): FileVersion {
  return {
    fileId: String(row['file_id']),
    version: Number(row['version']),
    path: String(row['path']),
    ...contentFromRow(row),
  };
}

function contentFromRow(row: SqlRow) {
  return {
    sha256: String(row['sha256']),
    sizeBytes: Number(row['size_bytes']),
    mime: String(row['mime']),
    source: row['source'] as FileOrigin, // written by the projection, from an event
    writtenBy: actorFromColumn(row['written_by']),
    writtenAt: Number(row['written_at']),
    seq: Number(row['seq']),
  };
}

/**
 * The actor in a column of JSON. It is not parsed by its schema: the projection wrote it, and the log's
 * thread would have to load the schemas at start.
 */
export function actorFromColumn(value: SqlValue | undefined): Actor {
  return storedJson(value) as Actor;
}
