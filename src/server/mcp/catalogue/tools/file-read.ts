import { z } from 'zod';
import { fileUri } from '../../../../protocol/uris.ts';
import { HubError } from '../../../../protocol/errors.ts';
import { pathArgument, versionArgument, workspaceArgument } from '../define-tool/arguments.ts';
import { baseUrl } from '../addresses/base-url.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesFile } from '../define-tool/named-files.ts';
import { formFor } from '../define-tool/result-form.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { downloadUrl } from '../addresses/download-url.ts';
import { FileSource } from '../reading/file-source.ts';
import { readPart } from '../reading/file-part.ts';
import { MOST_IMAGE_BYTES } from '../reading/sound-image.ts';
import { resourceLink } from '../addresses/resource-links.ts';
import { sizeShape } from '../views/common.ts';

/** What one answer may carry of a file; more is for the download URL, or for further calls. */
const MAX_BYTES = 1024 * 1024;
const DEFAULT_BYTES = 8 * 1024;

const read = defineTool({
  name: 'file_read',
  title: 'Read a file',
  description:
    'Reads a file, the newest version or the one asked for. Text comes as text (its encoding is detected), 8 KiB at a time unless max_bytes says more: while truncated is true, call again with start_line = next_start_line or start_byte = next_start_byte. PNG, JPEG, GIF and WebP come as an image, other content as base64, what is too large as a link with a download_url. Name a range by lines or by bytes, not both; a single line that is too long is cut (line_cut). Keep version: it is if_version for file_write.',
  role: 'viewer',
  effect: 'reads',
  idempotent: true,
  files: namesFile,
  logs: ['workspace', 'path', 'version', 'as', 'start_line', 'end_line', 'start_byte', 'end_byte'],
  input: {
    workspace: workspaceArgument,
    path: pathArgument,
    version: versionArgument,
    as: z
      .enum(['auto', 'text', 'base64', 'link'])
      .default('auto')
      .describe('auto: as described. text: as text, or refuse. base64: the bytes. link: only where to download it.'),
    start_line: z.number().int().min(1).optional().describe('First line, from 1.'),
    end_line: z.number().int().min(1).optional().describe('Last line, inclusive.'),
    start_byte: z.number().int().min(0).optional().describe('First byte, from 0.'),
    end_byte: z.number().int().min(1).optional().describe('Byte to stop before.'),
    max_bytes: z
      .number()
      .int()
      .min(1)
      .max(MAX_BYTES)
      .optional()
      .describe(
        `Most bytes of the file in one answer. When left out: ${DEFAULT_BYTES}, of a text in whole lines, and a picture whole.`,
      ),
  },
  check: (args) => {
    const byLine = args.start_line !== undefined || args.end_line !== undefined;
    const byByte = args.start_byte !== undefined || args.end_byte !== undefined;
    if (byLine && byByte) return wrong('start_line', 'Name a range by lines or by bytes, not by both.');
    if (byLine && args.as === 'base64') return wrong('as', 'base64 is read by bytes: use start_byte and end_byte.');
    if ((args.end_line ?? Infinity) < (args.start_line ?? 1))
      return wrong('end_line', 'end_line is before start_line.');
    return (args.end_byte ?? Infinity) <= (args.start_byte ?? 0)
      ? wrong('end_byte', 'end_byte must be greater than start_byte.')
      : undefined;
  },
  output: {
    workspace: z.string(),
    path: z.string(),
    version: z.number().int(),
    size_bytes: sizeShape.describe('Of the whole file'),
    mime: z.string(),
    sha256: z.string(),
    content: z.enum(['text', 'base64', 'image', 'link']).describe('image: in the content block, not in a field'),
    text: z.string().optional(),
    encoding: z.string().optional().describe('What the text was decoded from'),
    base64: z.string().optional(),
    start_byte: sizeShape.optional(),
    end_byte: sizeShape.optional().describe('Byte after the last one given'),
    start_line: z.number().int().optional(),
    end_line: z.number().int().optional(),
    total_lines: z.number().int().optional().describe('Present when the reading reached the end of the file'),
    truncated: z.boolean().describe('Whether the file, or the range asked for, goes on after what is given'),
    next_start_byte: sizeShape.optional(),
    next_start_line: z.number().int().optional(),
    line_cut: z.literal(true).optional().describe('The text ends within its line: go on with next_start_byte'),
    byte_order_mark: z
      .literal(true)
      .optional()
      .describe(
        'The file begins with a byte order mark (U+FEFF), which text leaves out: write it again if you keep it',
      ),
    uri: z.string(),
    download_url: z.string().describe('GET with your bearer key; takes ranges'),
  },
  run: async (args, call) => {
    const { deps } = call;
    const { id } = call.workspace(args.workspace);
    const file = await deps.files.stat(id, args.path, args.version);
    const part = await readPart(new FileSource(deps.files, file), {
      as: args.as,
      maxBytes: args.max_bytes ?? DEFAULT_BYTES,
      showsPictures: formFor(deps, call.ctx).pictures === 'image',
      maxImageBytes: Math.min(args.max_bytes ?? MOST_IMAGE_BYTES, MOST_IMAGE_BYTES),
      wholeLines: args.max_bytes === undefined && args.end_byte === undefined,
      lines:
        args.start_line === undefined && args.end_line === undefined
          ? undefined
          : { start: args.start_line ?? 1, end: args.end_line ?? Infinity },
      bytes: { start: args.start_byte ?? 0, end: args.end_byte ?? Infinity },
    });
    const uri = fileUri(id, file.path);
    const { sizeBytes: size_bytes, mime, sha256, path, version } = file;
    const { blocks, say, ...fields } = part;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const link = downloadUrl(baseUrl(deps, call.ctx), id, path, version);
    const heading = `${path} version ${version} (${mime}, ${size_bytes} bytes): ${say}`;
    return {
      say: heading,
      result: { workspace: id, path, version, size_bytes, mime, sha256, ...fields, uri, download_url: link },
      content: [
        ...blocks,
        ...(part.content === 'link' ? resourceLink(call.ctx, { uri, name, mimeType: mime, size: size_bytes }) : []),
        { type: 'text', text: `${heading}\nworkspace: ${id}\nsha256: ${sha256}\ndownload_url: ${link}` },
      ],
    };
  },
});

function wrong(argument: string, message: string): HubError {
  return new HubError('invalid_argument', `file_read: ${message}`, { details: { problems: [{ argument }] } });
}

export const fileReadTools: readonly ToolDefinition[] = [read];
