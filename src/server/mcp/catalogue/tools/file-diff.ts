import { z } from 'zod';
import { HubError } from '../../../../protocol/errors.ts';
import { noTextDiffWords, unifiedLines, type FileDiff } from '../../../../protocol/file-diff.ts';
import type { FileRecord } from '../../../../protocol/records.ts';
import { pathArgument, workspaceArgument } from '../define-tool/arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { maxBytesArgument } from '../define-tool/page-arguments.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { count, type NameOfKey } from '../views/common.ts';
import { fileVersionShape, fileVersionView } from '../views/file-view.ts';

const versionArgument = z.number().int().min(1).optional();

/** Bytes of an answer besides the lines of the comparison. */
const REST_BYTES = 2_000;

const diff = defineTool({
  name: 'file_diff',
  title: 'Compare versions or files',
  description:
    'Says what changed between two versions of a file (path alone: the newest against the one before), or between two files (other). Texts of up to 1 MiB are compared line by line, as a unified diff; of anything else size, type and hash are given side by side, with why. While truncated is true, call again with start_line = next_start_line. not_found: there is no such file or version; file_versions lists them.',
  role: 'viewer',
  effect: 'reads',
  set: 'more',
  idempotent: true,
  files: ({ path, other, from, to }) =>
    other === undefined
      ? [{ path, version: to }]
      : [
          { path, version: from },
          { path: other, version: to },
        ],
  logs: ['workspace', 'path', 'other', 'from', 'to', 'start_line'],
  input: {
    workspace: workspaceArgument,
    path: pathArgument,
    other: pathArgument.optional().describe('Another file: path is compared with it.'),
    from: versionArgument.describe('Version of path to compare from. The one before "to"; with other, the newest.'),
    to: versionArgument.describe('Version to compare with, of other where that is given. The newest when left out.'),
    context_lines: z.number().int().min(0).max(100).default(3).describe('Lines around each change.'),
    start_line: z.number().int().min(1).default(1).describe('First line of the diff, from 1.'),
    max_bytes: maxBytesArgument,
  },
  output: {
    workspace: z.string(),
    before: fileVersionShape,
    after: fileVersionShape,
    form: z.enum(['same', 'text', 'facts']).describe('same: the contents are equal. facts: see why'),
    why: z.enum(['not_text', 'too_large', 'too_different']).optional(),
    added_lines: z.number().int().optional(),
    removed_lines: z.number().int().optional(),
    diff: z.string().optional().describe('Unified, without the two lines of its head'),
    start_line: z.number().int().optional(),
    total_lines: z.number().int().optional().describe('Of the diff'),
    truncated: z.boolean(),
    next_start_line: z.number().int().optional(),
  },
  run: async (args, call) => {
    const { files, hub } = call.deps;
    const { id } = call.workspace(args.workspace);
    const after = await files.stat(id, args.other ?? args.path, args.to);
    const before = await files.stat(
      id,
      args.path,
      args.other === undefined ? (args.from ?? previous(after)) : args.from,
    );
    const found = await files.compare(before, after, args.context_lines, call.key.id);
    const { say, ...fields } = answerOf(found, args.start_line, args.max_bytes);
    const [left, right] = [sideOf(before, hub.keyName), sideOf(after, hub.keyName)];
    const heading = `${nameOf(before)} and ${nameOf(after)}: ${say}`;
    return {
      say: heading,
      result: { workspace: id, before: left, after: right, ...fields },
      ...('diff' in fields ? { content: [{ type: 'text', text: `${heading}\n${fields.diff}` }] } : {}),
    };
  },
});

/** @throws HubError `invalid_argument` for the first version */
function previous({ path, version }: FileRecord): number {
  if (version > 1) return version - 1;
  throw new HubError(
    'invalid_argument',
    `file_diff: version 1 of "${path}" is its first; there is none before it. Name another file as other, or wait for a second version.`,
    { details: { problems: [{ argument: 'from' }] } },
  );
}

function nameOf({ path, version }: FileRecord): string {
  return `${path} version ${version}`;
}

function sideOf(file: FileRecord, nameOfKey: NameOfKey): z.output<typeof fileVersionShape> {
  return fileVersionView({ ...file, fileId: file.id }, nameOfKey);
}

function answerOf(found: FileDiff, startLine: number, maxBytes: number) {
  if (found.form === 'same') return { form: found.form, truncated: false, say: 'their contents are equal.' };
  if (found.form === 'facts') {
    const { form, why } = found;
    return { form, why, truncated: false, say: `${noTextDiffWords[why]} What is known of them stands side by side.` };
  }
  const { addedLines, removedLines } = found;
  const all = unifiedLines(found);
  const lines = linesThatFit(all.slice(startLine - 1), (maxBytes - REST_BYTES) / 2);
  const next = startLine + lines.length;
  const isCut = next <= all.length;
  return {
    form: found.form,
    added_lines: addedLines,
    removed_lines: removedLines,
    diff: lines.join('\n'),
    start_line: startLine,
    total_lines: all.length,
    truncated: isCut,
    ...(isCut ? { next_start_line: next } : {}),
    say: `${count(addedLines, 'line')} added, ${count(removedLines, 'line')} removed${isCut ? `; go on with start_line: ${next}` : ''}.`,
  };
}

/** At least one line; a line that alone is longer is cut, and says so. */
function linesThatFit(lines: readonly string[], mostBytes: number): string[] {
  const taken: string[] = [];
  let room = mostBytes;
  for (const line of lines) {
    room -= Buffer.byteLength(line) + 1;
    if (room < 0 && taken.length > 0) break;
    taken.push(
      room < 0
        ? `${line.slice(0, Math.floor(mostBytes / 4)).toWellFormed()} … (this line is longer; file_read gives all of it)`
        : line,
    );
  }
  return taken;
}

export const fileDiffTools: readonly ToolDefinition[] = [diff];
