import type { EventsOf } from '../../protocol/events.ts';
import type { FileRecord, FileVersion } from '../../protocol/records.ts';
import { timeOf } from '../../protocol/time-of.ts';

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
        createdAt: was?.createdAt ?? timeOf(event),
        writtenAt: timeOf(event),
        seq: event.seq,
      };
    case 'file.moved':
      return was && { ...was, path: event.path };
    case 'file.deleted':
      return event.purged || !was ? undefined : { ...was, deletedAt: timeOf(event) };
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
