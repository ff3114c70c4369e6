import { z } from 'zod';
import {
  cancelReasonArgument,
  contentArguments,
  contentFacts,
  fenceArgument,
  lockTokenArgument,
  pathArgument,
  uploadIdArgument,
  workspaceArgument,
  writeConditions,
} from '../define-tool/arguments.ts';
import { baseUrl } from '../addresses/base-url.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesFile, namesNoFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { sizeShape } from '../views/common.ts';
import { uploadFields, uploadView } from '../views/upload-view.ts';

const create = defineTool({
  name: 'upload_create',
  title: 'Begin an upload',
  description:
    'Begins a resumable upload for content that is too large for file_write and gives its upload_url. Send the bytes there with tus 1.0: PATCH with your bearer key and the headers "Tus-Resumable: 1.0.0", "Upload-Offset: <bytes sent so far>", "Content-Type: application/offset+octet-stream", in as many pieces as you like; HEAD gives the offset to go on from. With the last byte the file, or its new version, is written. quota_exceeded: purge files first.',
  role: 'editor',
  effect: 'gives',
  idempotent: false,
  files: namesFile,
  logs: ['workspace', 'path', 'size_bytes', 'mime'],
  input: {
    workspace: workspaceArgument,
    path: pathArgument,
    size_bytes: z.number().int().min(0).describe('Size of the whole content.'),
    ...contentArguments,
    lock_token: lockTokenArgument,
    fence: fenceArgument,
  },
  output: { workspace: z.string(), ...uploadFields, upload_url: z.string(), received_bytes: sizeShape },
  run: async (args, call) => {
    const { ctx, deps } = call;
    const { id } = call.workspace(args.workspace);
    const { answer: upload } = await deps.uploads.commitCreate(ctx.origin, {
      workspace: id,
      path: args.path,
      sizeBytes: args.size_bytes,
      ...contentFacts(args),
      ...writeConditions(args),
    });
    // When its call is cancelled before the answer is out, nobody knows its address.
    const giveUp = (): void => void deps.uploads.cancel(ctx.origin, upload.id, 'its call was cancelled').catch(expires);
    if (ctx.signal.aborted) giveUp();
    else ctx.signal.addEventListener('abort', giveUp, { once: true });
    return {
      say: `Send ${upload.sizeBytes} bytes for ${upload.path} to upload_url by tus 1.0.`,
      result: {
        workspace: id,
        ...uploadView(upload, deps.hub.keyName),
        upload_url: `${baseUrl(deps, ctx)}/uploads/${encodeURIComponent(upload.id)}`,
        received_bytes: 0,
      },
    };
  },
});

const status = defineTool({
  name: 'upload_status',
  title: 'Look at an upload',
  description:
    'Says how far an upload is: received_bytes is the offset to send from next. finished with the file_id and version once all is in. not_found or gone: it was cancelled or has expired; begin again with upload_create.',
  role: 'viewer',
  effect: 'reads',
  set: 'more',
  idempotent: true,
  files: namesNoFile,
  logs: ['upload_id'],
  input: { upload_id: uploadIdArgument },
  output: {
    workspace: z.string(),
    ...uploadFields,
    status: z.enum(['receiving', 'finished']),
    received_bytes: sizeShape,
    file_id: z.string().optional(),
    version: z.number().int().optional(),
  },
  run: async ({ upload_id: uploadId }, call) => {
    const { deps } = call;
    await call.upload(uploadId);
    const { upload, receivedBytes, finished } = await deps.uploads.status(uploadId);
    return {
      say: finished
        ? `${upload.path} is there, version ${finished.version}.`
        : `${receivedBytes} of ${upload.sizeBytes} bytes of ${upload.path} are in.`,
      result: {
        workspace: upload.workspace,
        ...uploadView(upload, deps.hub.keyName),
        status: finished ? ('finished' as const) : ('receiving' as const),
        received_bytes: receivedBytes,
        ...(finished ? { file_id: finished.fileId, version: finished.version } : {}),
      },
    };
  },
});

const cancel = defineTool({
  name: 'upload_cancel',
  title: 'Cancel an upload',
  description:
    'Gives up an unfinished upload and deletes what has arrived of it. A file that exists at its path stays as it is. conflict: it has finished; delete the file if you do not want it.',
  role: 'editor',
  effect: 'destroys',
  set: 'more',
  idempotent: false,
  files: namesNoFile,
  logs: ['upload_id'],
  input: {
    upload_id: uploadIdArgument,
    reason: cancelReasonArgument,
  },
  output: { workspace: z.string(), upload_id: z.string(), path: z.string(), cancelled: z.literal(true) },
  run: async ({ upload_id: uploadId, reason }, call) => {
    const { ctx, deps, state } = call;
    await call.upload(uploadId);
    const upload = state.uploads.get(uploadId) ?? (await deps.uploads.status(uploadId)).upload;
    await deps.uploads.commitCancel(ctx.origin, uploadId, reason);
    return {
      say: `The upload of ${upload.path} is cancelled.`,
      result: { workspace: upload.workspace, upload_id: uploadId, path: upload.path, cancelled: true as const },
    };
  },
});

/** It has finished already (0 bytes), or it expires by itself. */
function expires(): void {}

export const uploadTools: readonly ToolDefinition[] = [create, status, cancel];
