import { z } from 'zod';
import {
  pageRequestSchema,
  type FileReceipt,
  type FileRecord,
  type FileVersion,
  type FolderListing,
  type Page,
} from '../records.ts';
import type { FileDiff } from '../file-diff.ts';
import { call } from './define-call.ts';
import { id, path, version, workspace } from './fields.ts';

const page = pageRequestSchema.shape;
const atPath = { workspace, path };
const diffSide = z.strictObject({ ...atPath, version });
const fromTo = { workspace, from: path, to: path };

export const fileCalls = {
  /** `folder` is `''` for the top, else `a/b`. */
  folder: call(z.strictObject({ workspace, folder: z.string().max(8_192), ...page })).answers<FolderListing>(),
  deletedFiles: call(z.strictObject({ workspace, ...page })).answers<Page<FileRecord>>(),
  /** The file at a path; a deleted one too, with `deletedAt`. */
  file: call(z.strictObject(atPath)).answers<FileRecord>(),
  findFiles: call(z.strictObject({ workspace, glob: path, ...page })).answers<Page<FileRecord>>(),
  fileVersions: call(z.strictObject({ fileId: id, ...page })).answers<Page<FileVersion>>(),
  /** What changed between two versions of a file, or of two files; at most 2,000 lines of it. */
  fileDiff: call(z.strictObject({ before: diffSide, after: diffSide })).answers<FileDiff>(),
  fileReceipts: call(z.strictObject({ fileId: id, version })).answers<readonly FileReceipt[]>(),
  fileMove: call(z.strictObject(fromTo)).answers<FileRecord>(),
  fileCopy: call(z.strictObject(fromTo)).answers<FileRecord>(),
  /** `fileId` says which file is meant where deleted ones share the path; without it, the one that is there. */
  fileDelete: call(z.strictObject({ ...atPath, purge: z.boolean(), fileId: id.optional() })).answers<void>(),
  /** Makes a version from an earlier one, or brings a deleted file back; `fileId` as for {@link fileCalls.fileDelete}. */
  fileRestore: call(z.strictObject({ ...atPath, version, fileId: id.optional() })).answers<FileRecord>(),
  uploadCancel: call(z.strictObject({ uploadId: id })).answers<void>(),
};
