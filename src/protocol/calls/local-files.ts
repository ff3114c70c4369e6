import { z } from 'zod';
import type { LocalFile } from '../local-file.ts';
import { call } from './define-call.ts';
import { id, path, workspace } from './fields.ts';

/** Of this machine, as its file system allows. */
const localPath = z.string().min(1).max(32_768);

/** Only for the desktop's own window: files of this machine, named by their paths. */
export const localFileCalls = {
  /** The files at these paths, those in folders included, each with what forbids to take it. */
  localFiles: call(z.strictObject({ paths: z.array(localPath).min(1).max(10_000).readonly() })).answers<
    readonly LocalFile[]
  >(),
  /** Opens an upload to `path` whose content is `file` of this machine. */
  localUploadBegin: call(z.strictObject({ workspace, path, file: localPath })).answers<{
    readonly uploadId: string;
  }>(),
  /** Has the hub read the content; resolves when the file is written. `uploadCancel` ends it. */
  localUploadSend: call(z.strictObject({ uploadId: id })).answers<void>(),
};
