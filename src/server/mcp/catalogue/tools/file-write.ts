import { z } from 'zod';
import { HubError } from '../../../../protocol/errors.ts';
import {
  contentArguments,
  contentFacts,
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

const write = defineTool({
  name: 'file_write',
  title: 'Write a file',
  description:
    'Writes a whole file from text (stored as UTF-8) or base64: a new file, or a new version of the one at this path; older versions stay, and folders need not exist. ' +
    'Give if_version (from file_read) so as not to write over somebody’s newer version: conflict names the current one; read it, merge, write again. ' +
    `${lockWords} For more than about 2 MB use upload_create.`,
  role: 'editor',
  effect: 'adds',
  idempotent: false,
  files: namesFile,
  logs: ['workspace', 'path', 'mime', 'if_version'],
  logsSizeOf: ['text', 'base64'],
  input: {
    workspace: workspaceArgument,
    path: pathArgument,
    text: z.string().optional().describe('The content as text. Give either text or base64.'),
    base64: z.base64().optional().describe('The content as base64. Give either text or base64.'),
    ...contentArguments,
    ...writeArguments,
  },
  check: ({ text, base64 }) => {
    // An empty one beside the other is one that was meant to be left out.
    if ((text === undefined) === (base64 === undefined) && !text === !base64) {
      return new HubError(
        'invalid_argument',
        'file_write: give the content either as "text" or as "base64", one of the two, and leave the other out. An empty file is text: "".',
        { details: { problems: [{ argument: 'text', accepted: 'exactly one of text and base64' }] } },
      );
    }
    // UTF-8 cannot encode it: something else would be stored than was given.
    if (text?.isWellFormed() === false) {
      return new HubError(
        'invalid_argument',
        'file_write: "text" has half of a surrogate pair, which is no character. Take it out, or give the bytes as "base64".',
        { details: { problems: [{ argument: 'text', accepted: 'well-formed Unicode' }] } },
      );
    }
    return undefined;
  },
  output: fileOutput,
  run: async (args, call) => {
    const { ctx, deps } = call;
    const { id } = call.workspace(args.workspace);
    const { answer: file } = await deps.files.changes.write(ctx.origin, {
      workspace: id,
      path: args.path,
      content: args.base64 ? Buffer.from(args.base64, 'base64') : Buffer.from(args.text ?? ''),
      ...contentFacts(args),
      source: 'tool',
      signal: ctx.signal,
      ...writeConditions(args),
    });
    return {
      say: `Wrote ${file.path} version ${file.version}, ${file.sizeBytes} bytes.`,
      result: { workspace: id, ...fileView(file, deps.hub.keyName) },
    };
  },
});

export const fileWriteTools: readonly ToolDefinition[] = [write];
