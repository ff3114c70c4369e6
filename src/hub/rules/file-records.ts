import type { Actor } from '../../protocol/envelope.ts';
import type { EventsOf } from '../../protocol/events.ts';
import type { FileSource } from '../../protocol/events/files.ts';
import type { FileRecord, FileVersion } from '../../protocol/records.ts';
import type { Row, SqlValue } from '../log/db.ts';

export type FileEvent = EventsOf<'file'>;

/**
 * A file's record after an event: `undefined` if it was purged. `was` is the record before. The projection
 * and the overlay of unwritten events both use it, so that they agree.
 */
export function recordAfter(event: FileEvent, was: FileRecord | undefined): FileRecord | undefined {
  switch (event.type) {
    case 'file.written':
    case 'file.copied':
    case 'file.restored':
      return {
        id: event.fileId,
        workspace: event.workspace,
        path: event.path,
        version: event.version,
        sha256: event.sha256,
        sizeBytes: event.sizeBytes,
        mime: event.mime,
        source: event.source,
        writtenBy: event.actor,
        createdAt: was?.createdAt ?? event.at,
        writtenAt: event.at,
        seq: event.seq,
      };
    case 'file.moved':
      return was && { ...was, path: event.path };
    case 'file.deleted':
      return event.purged || !was ? undefined : { ...was, deletedAt: event.at };
    default:
      event satisfies never;
      return was;
  }
}

/** The version that an event adds, if it adds one. */
export function versionOf(event: FileEvent): FileVersion | undefined {
  const record =
    event.type === 'file.moved' || event.type === 'file.deleted' ? undefined : recordAfter(event, undefined);
  return record && asVersion(record);
}

function asVersion(record: FileRecord): FileVersion {
  return {
    fileId: record.id,
    version: record.version,
    sha256: record.sha256,
    sizeBytes: record.sizeBytes,
    mime: record.mime,
    source: record.source,
    writtenBy: record.writtenBy,
    writtenAt: record.writtenAt,
    seq: record.seq,
    path: record.path,
  };
}

/** A row of the projection's table `files`. */
export function fileFromRow(row: Row): FileRecord {
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
export function versionFromRow(row: Row): FileVersion {
  return {
    fileId: String(row['file_id']),
    version: Number(row['version']),
    path: String(row['path']),
    ...contentFromRow(row),
  };
}

function contentFromRow(row: Row) {
  return {
    sha256: String(row['sha256']),
    sizeBytes: Number(row['size_bytes']),
    mime: String(row['mime']),
    source: row['source'] as FileSource, // written by the projection, from an event
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
  if (typeof value !== 'string') throw new TypeError('A column of an actor holds JSON');
  return JSON.parse(value) as Actor;
}
