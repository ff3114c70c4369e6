import { z } from 'zod';
import { fileUri } from '../../../../protocol/uris.ts';
import { baseUrl } from '../addresses/base-url.ts';
import { pathArgument, prefixArgument, versionArgument, workspaceArgument } from '../define-tool/arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesFile, namesNoFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { downloadUrl } from '../addresses/download-url.ts';
import { filePath } from '../reading/file-path.ts';
import { nextCursor, pageArguments, pageOutput, pageRequest, pageWords } from '../define-tool/page-arguments.ts';
import { PageRoom } from '../views/page-room.ts';
import {
  fileFields,
  fileShape,
  fileVersionShape,
  fileVersionView,
  fileView,
  type FileVersionView,
  type FileView,
} from '../views/file-view.ts';

const filesOutput = { workspace: z.string(), files: z.array(fileShape), ...pageOutput };

const list = defineTool({
  name: 'file_list',
  title: 'List files',
  description:
    'Lists the files of a workspace with their newest versions, by path. prefix ("reports/") narrows it. deleted: true lists deleted files instead, by time of deletion, which file_restore can bring back. By pattern: file_find.',
  role: 'viewer',
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  logs: ['workspace', 'prefix', 'deleted', 'limit'],
  input: {
    workspace: workspaceArgument,
    prefix: prefixArgument,
    deleted: z.boolean().default(false).describe('true: deleted files instead of those that are there.'),
    ...pageArguments,
  },
  output: filesOutput,
  run: async (args, call) => {
    const { deps } = call;
    const { id, name } = call.workspace(args.workspace);
    const room = new PageRoom<FileView>(args.max_bytes);
    const page = await deps.files.list(id, {
      ...pageRequest(args),
      fits: (file) => room.take(fileView(file, deps.hub.keyName)),
      ...(args.prefix === undefined ? {} : { prefix: args.prefix }),
      deleted: args.deleted,
    });
    return {
      say: pageWords(page, args.deleted ? 'deleted file' : 'file', `of ${name}`),
      result: { workspace: id, files: room.items, ...nextCursor(page) },
    };
  },
});

const find = defineTool({
  name: 'file_find',
  title: 'Find files by pattern',
  description:
    'Finds files whose path matches a glob: * is anything within one folder, ** any folders, ? one character, {a,b} either, [a-z] a range; "**/*.pdf" is every PDF. By path. It looks at names, not at contents.',
  role: 'viewer',
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  logs: ['workspace', 'glob', 'limit'],
  input: {
    workspace: workspaceArgument,
    glob: z.string().min(1).max(1000).describe('Such as "reports/**/*.md".'),
    ...pageArguments,
  },
  output: filesOutput,
  run: async (args, call) => {
    const { deps } = call;
    const { id } = call.workspace(args.workspace);
    const room = new PageRoom<FileView>(args.max_bytes);
    const page = await deps.files.find(id, args.glob, {
      ...pageRequest(args),
      fits: (file) => room.take(fileView(file, deps.hub.keyName)),
    });
    return {
      say: pageWords(page, 'file', `for ${args.glob}`),
      result: { workspace: id, files: room.items, ...nextCursor(page) },
    };
  },
});

const stat = defineTool({
  name: 'file_stat',
  title: 'Look at a file',
  description:
    'Gives what is known of a file without reading it: newest version (or the one asked for), size, type, SHA-256, who wrote it and when, and where to download it. ' +
    'Use its version as if_version when you write, so that you never write over what you have not seen. not_found names files with a similar path.',
  role: 'viewer',
  effect: 'reads',
  set: 'more',
  idempotent: true,
  files: namesFile,
  logs: ['workspace', 'path', 'version'],
  input: { workspace: workspaceArgument, path: pathArgument, version: versionArgument },
  output: { workspace: z.string(), ...fileFields, uri: z.string(), download_url: z.string() },
  run: async (args, call) => {
    const { deps } = call;
    const { id } = call.workspace(args.workspace);
    const file = await deps.files.stat(id, args.path, args.version);
    return {
      say: `${file.path} version ${file.version}: ${file.sizeBytes} bytes, ${file.mime}.`,
      result: {
        workspace: id,
        ...fileView(file, deps.hub.keyName),
        uri: fileUri(id, file.path),
        download_url: downloadUrl(baseUrl(deps, call.ctx), id, file.path, file.version),
      },
    };
  },
});

const versions = defineTool({
  name: 'file_versions',
  title: 'List a file’s versions',
  description:
    'Lists the kept versions of a file, newest first: who wrote each, when, its size and SHA-256. Read one with file_read and version, bring one back with file_restore. Works for deleted files too.',
  role: 'viewer',
  effect: 'reads',
  idempotent: true,
  files: namesFile,
  logs: ['workspace', 'path', 'limit'],
  input: { workspace: workspaceArgument, path: pathArgument, ...pageArguments },
  output: { workspace: z.string(), versions: z.array(fileVersionShape), ...pageOutput },
  run: async (args, call) => {
    const { deps } = call;
    const { id } = call.workspace(args.workspace);
    const path = filePath(args.path);
    // A deleted file still has its versions.
    const file = deps.hub.files.byPath(id, path) ?? (await deps.files.stat(id, path));
    const room = new PageRoom<FileVersionView>(args.max_bytes);
    const page = await deps.files.versions(file.id, {
      ...pageRequest(args),
      fits: (version) => room.take(fileVersionView(version, deps.hub.keyName)),
    });
    return {
      say: pageWords(page, 'version', `of ${file.path}${file.deletedAt === undefined ? '' : ', which is deleted'}`),
      result: {
        workspace: id,
        versions: room.items,
        ...nextCursor(page),
      },
    };
  },
});

export const fileListTools: readonly ToolDefinition[] = [list, find, stat, versions];
