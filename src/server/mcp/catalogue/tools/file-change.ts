import { z } from 'zod';
import {
  fenceArgument,
  lockTokenArgument,
  lockWords,
  pathArgument,
  workspaceArgument,
  writeArguments,
  writeConditions,
} from '../define-tool/arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { fileOutput, fileView } from '../views/file-view.ts';

const from = pathArgument.describe('Path of the file that is there.');
const to = pathArgument.describe('Path that it gets.');
const overwrite = z
  .boolean()
  .default(false)
  .describe('Whether a file at "to" may be written over; it keeps its versions.');

const copy = defineTool({
  name: 'file_copy',
  title: 'Copy a file',
  description:
    'Copies the newest version of a file to another path, in the same workspace or in another one where you are an editor. No bytes are moved, so it is quick whatever the size. ' +
    `name_taken means that there is a file at "to": choose another path, or set overwrite to add a version to it. if_version, lock_token and fence are about "to". ${lockWords}`,
  role: 'editor',
  effect: 'adds',
  set: 'more',
  idempotent: false,
  files: (args) => [{ path: args.from }, ...(args.to_workspace === undefined ? [{ path: args.to }] : [])],
  logs: ['workspace', 'from', 'to', 'to_workspace', 'overwrite', 'if_version'],
  input: {
    workspace: workspaceArgument,
    from,
    to,
    to_workspace: workspaceArgument.describe(
      'Id or name of the workspace that it goes to; the same one when left out.',
    ),
    overwrite,
    ...writeArguments,
  },
  output: fileOutput,
  run: (args, call) => {
    const { ctx, deps } = call;
    const source = call.workspace(args.workspace, args.to_workspace === undefined ? 'editor' : 'viewer');
    const target = args.to_workspace === undefined ? source : call.workspace(args.to_workspace);
    const { answer: file } = deps.files.changes.copy(ctx.origin, {
      workspace: source.id,
      from: args.from,
      to: args.to,
      ...(target.id === source.id ? {} : { toWorkspace: target.id }),
      overwrite: args.overwrite,
      ...writeConditions(args),
    });
    return {
      say: `Copied ${args.from} to ${file.path}, version ${file.version}.`,
      result: { workspace: target.id, ...fileView(file, deps.hub.keyName) },
    };
  },
});

const move = defineTool({
  name: 'file_move',
  title: 'Move or rename a file',
  description:
    'Moves a file to another path of the same workspace; it keeps its id and versions. if_version and lock_token are about "from". name_taken: there is a file at "to"; choose another path, or set overwrite. ' +
    lockWords,
  role: 'editor',
  effect: 'adds',
  idempotent: false,
  files: (args) => [{ path: args.from }, { path: args.to }],
  logs: ['workspace', 'from', 'to', 'overwrite', 'if_version'],
  input: { workspace: workspaceArgument, from, to, overwrite, ...writeArguments },
  output: fileOutput,
  run: (args, call) => {
    const { ctx, deps } = call;
    const { id } = call.workspace(args.workspace);
    const { answer: file } = deps.files.changes.move(ctx.origin, {
      workspace: id,
      from: args.from,
      to: args.to,
      overwrite: args.overwrite,
      ...writeConditions(args),
    });
    return {
      say: `Moved ${args.from} to ${file.path}.`,
      result: { workspace: id, ...fileView(file, deps.hub.keyName) },
    };
  },
});

const remove = defineTool({
  name: 'file_delete',
  title: 'Delete a file',
  description: 'Moves a file to the bin: its versions stay, and file_restore brings it back. ' + lockWords,
  role: 'editor',
  effect: 'adds',
  idempotent: false,
  files: namesFile,
  logs: ['workspace', 'path', 'if_version'],
  input: { workspace: workspaceArgument, path: pathArgument, ...writeArguments },
  output: {
    workspace: z.string(),
    path: z.string(),
    deleted: z.literal(true),
    version: z.number().int().optional().describe('The one that it was: file_restore brings it back'),
  },
  run: (args, call) => {
    const { ctx, deps } = call;
    const { id } = call.workspace(args.workspace);
    const { path } = args;
    const { answer } = deps.files.changes.delete(ctx.origin, { workspace: id, path, ...writeConditions(args) });
    const version = deps.hub.files.byId(answer.fileId)?.version;
    return {
      say: `Moved ${path} to the bin. file_restore with its version brings it back.`,
      result: { workspace: id, path, deleted: true as const, ...(version === undefined ? {} : { version }) },
    };
  },
});

const purge = defineTool({
  name: 'file_purge',
  title: 'Delete a file for good',
  description:
    'Deletes a file with all its versions for good, or one that is in the bin; their bytes return to the quota. Nothing brings it back: file_delete moves a file to the bin instead. ' +
    lockWords,
  role: 'owner',
  effect: 'destroys',
  set: 'more',
  idempotent: false,
  files: namesFile,
  logs: ['workspace', 'path', 'if_version'],
  input: { workspace: workspaceArgument, path: pathArgument, ...writeArguments },
  output: { workspace: z.string(), path: z.string(), purged: z.literal(true) },
  run: (args, call) => {
    const { ctx, deps } = call;
    const { id } = call.workspace(args.workspace);
    const { path } = args;
    deps.files.changes.delete(ctx.origin, { workspace: id, path, purge: true, ...writeConditions(args) });
    return {
      say: `Deleted ${path} and all its versions for good.`,
      result: { workspace: id, path, purged: true as const },
    };
  },
});

const restore = defineTool({
  name: 'file_restore',
  title: 'Restore a version of a file',
  description:
    'Makes an earlier version of a file (see file_versions) its newest one, as a further version; nothing is lost. Brings a deleted file back too. not_found: there is no such version, or the file was purged.',
  role: 'editor',
  effect: 'adds',
  idempotent: false,
  files: namesFile,
  logs: ['workspace', 'path', 'version'],
  input: {
    workspace: workspaceArgument,
    path: pathArgument,
    version: z.number().int().min(1).describe('The version to bring back, from file_versions.'),
    lock_token: lockTokenArgument,
    fence: fenceArgument,
  },
  output: fileOutput,
  run: (args, call) => {
    const { ctx, deps } = call;
    const { id } = call.workspace(args.workspace);
    const { path, version } = args;
    const { answer: file } = deps.files.changes.restore(ctx.origin, {
      workspace: id,
      path,
      version,
      ...writeConditions(args),
    });
    return {
      say: `${file.path} is again what it was in version ${version}; that is now version ${file.version}.`,
      result: { workspace: id, ...fileView(file, deps.hub.keyName) },
    };
  },
});

export const fileChangeTools: readonly ToolDefinition[] = [copy, move, remove, purge, restore];
