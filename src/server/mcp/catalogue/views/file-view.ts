import { z } from 'zod';
import { fileOriginSchema } from '../../../../protocol/events/files.ts';
import type { FileRecord, FileVersion } from '../../../../protocol/records.ts';
import { actorShape, actorView, type NameOfKey, sizeShape, time, timeShape } from './common.ts';

const contentFields = {
  path: z.string(),
  file_id: z.string(),
  version: z.number().int().min(1),
  size_bytes: sizeShape,
  mime: z.string(),
  sha256: z.string().describe('Hex'),
  source: fileOriginSchema,
  written_by: actorShape,
  written_at: timeShape,
  seq: z.number().int().describe('Number of the event that made this version'),
};

export const fileFields = {
  ...contentFields,
  created_at: timeShape,
  deleted_at: timeShape.optional(),
};
/** What a tool answers that is about one file. */
export const fileOutput = { workspace: z.string(), ...fileFields };
export const fileShape = z.strictObject(fileFields);
export const fileVersionShape = z.strictObject(contentFields);
export type FileView = z.output<typeof fileShape>;
export type FileVersionView = z.output<typeof fileVersionShape>;

/** The newest version of a file, or the last one of a deleted file. */
export function fileView(file: FileRecord, nameOf: NameOfKey): FileView {
  return {
    ...content(file, file.id, nameOf),
    created_at: time(file.createdAt),
    ...(file.deletedAt === undefined ? {} : { deleted_at: time(file.deletedAt) }),
  };
}

export function fileVersionView(version: FileVersion, nameOf: NameOfKey): FileVersionView {
  return content(version, version.fileId, nameOf);
}

function content(file: Omit<FileVersion, 'fileId'>, fileId: string, nameOf: NameOfKey): FileVersionView {
  return {
    path: file.path,
    file_id: fileId,
    version: file.version,
    size_bytes: file.sizeBytes,
    mime: file.mime,
    sha256: file.sha256,
    source: file.source,
    written_by: actorView(file.writtenBy, nameOf),
    written_at: time(file.writtenAt),
    seq: file.seq,
  };
}
