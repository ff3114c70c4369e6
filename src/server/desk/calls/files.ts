import type { HubAnswers } from '../../../protocol/api.ts';
import type { fileCalls as calls } from '../../../protocol/calls/files.ts';
import type { LocalFileCalls } from '../local-uploads.ts';
import { firstLines } from '../../../protocol/file-diff.ts';
import { PERSON } from '../../../hub/rule.ts';
import type { CallDeps } from '../deps.ts';
import { localFiles } from '../local-files.ts';
import { LocalUploads } from '../local-uploads.ts';
import { workspaceOf } from '../workspace-of.ts';

/** Lines around each change. */
const CONTEXT_LINES = 3;
/** More of a comparison is for `file_diff`, or for reading both. */
const MOST_DIFF_LINES = 2_000;

/** The Files screen. Bytes go over `/uploads` and `/files`, not through here. */
export function answerFileCalls(deps: CallDeps): Pick<HubAnswers, keyof typeof calls> & LocalFileCalls {
  const { hub, files, uploads } = deps;
  const local = new LocalUploads(deps);
  return {
    folder: async ({ workspace, folder, ...request }) => files.folder(workspaceOf(hub, workspace), folder, request),
    deletedFiles: async ({ workspace, ...request }) =>
      files.list(workspaceOf(hub, workspace), { ...request, deleted: true }),
    file: async ({ workspace, path }) => {
      const id = workspaceOf(hub, workspace);
      const kept = hub.files.byPath(id, path);
      if (kept?.deletedAt === undefined) return files.stat(id, path);
      // Deleted files can be read, so that a person can decide to restore them.
      await hub.durable();
      return kept;
    },
    findFiles: async ({ workspace, glob, ...request }) => files.find(workspaceOf(hub, workspace), glob, request),
    fileVersions: async ({ fileId, ...request }) => files.versions(fileId, request),
    fileDiff: async ({ before, after }) => {
      const old = await files.stat(workspaceOf(hub, before.workspace), before.path, before.version);
      const now = await files.stat(workspaceOf(hub, after.workspace), after.path, after.version);
      const found = await files.compare(old, now, CONTEXT_LINES, 'desk');
      return found.form === 'text' ? { ...found, ...firstLines(found, MOST_DIFF_LINES) } : found;
    },
    fileReceipts: async ({ fileId, version }) => {
      const { fileReceipts } = await import('../file-receipts.ts'); // no start needs it
      return fileReceipts(deps, fileId, version);
    },
    fileMove: async ({ workspace, from, to }) =>
      files.move(PERSON, { workspace: workspaceOf(hub, workspace), from, to }),
    fileCopy: async ({ workspace, from, to }) =>
      files.copy(PERSON, { workspace: workspaceOf(hub, workspace), from, to }),
    fileDelete: async ({ workspace, ...input }) =>
      files.delete(PERSON, { workspace: workspaceOf(hub, workspace), ...input }),
    fileRestore: async ({ workspace, ...input }) =>
      files.restore(PERSON, { workspace: workspaceOf(hub, workspace), ...input }),
    localFiles: async ({ paths }) => localFiles(paths),
    localUploadBegin: async ({ workspace, path, file }) => local.begin(workspaceOf(hub, workspace), path, file),
    localUploadSend: async ({ uploadId }) => local.send(uploadId),
    uploadCancel: async ({ uploadId }) => {
      await uploads.cancel(PERSON, uploadId, 'cancelled by the person at the desk');
    },
  };
}
