import type { ContentBlock } from '@modelcontextprotocol/server';
import { HubError } from '../../../../protocol/errors.ts';
import { byteOrderMark } from '../../../../hub/files/text-sniff.ts';
import { cutLines } from './cut-lines.ts';
import type { FileSource } from './file-source.ts';
import { imageProblem, isModelImage } from './sound-image.ts';
import { CHARACTER_BYTES, decodeText } from './text-content.ts';
import { isVisible } from './visible-text.ts';

export interface PartRequest {
  readonly as: 'auto' | 'text' | 'base64' | 'link';
  readonly maxBytes: number;
  /** The most bytes of a picture that is given as such. */
  readonly maxImageBytes: number;
  /** Whether the client passes pictures on to its model. Otherwise the model gets the picture's address. */
  readonly showsPictures: boolean;
  /** Whether a text that is cut ends with a whole line where it has one. */
  readonly wholeLines: boolean;
  /** From 1, both inclusive. */
  readonly lines?: { readonly start: number; readonly end: number } | undefined;
  /** From 0, the end exclusive. Ignored where there are lines. */
  readonly bytes: { readonly start: number; readonly end: number };
}

/** A part of a file: the fields of `file_read`'s result, the content blocks that carry it, and a sentence about it. */
export type FilePart = {
  readonly say: string;
  readonly blocks: ContentBlock[];
  readonly truncated: boolean;
  readonly start_byte?: number;
  readonly end_byte?: number;
  readonly next_start_byte?: number;
  readonly start_line?: number;
  readonly end_line?: number;
  readonly next_start_line?: number;
  readonly total_lines?: number;
  readonly line_cut?: true;
  readonly byte_order_mark?: true;
} & (
  | { readonly content: 'text'; readonly text: string; readonly encoding: string }
  | { readonly content: 'base64'; readonly base64: string }
  | { readonly content: 'image' | 'link' }
);

/**
 * Reads the part of a file that was asked for, in the form that suits its content.
 * @throws HubError `invalid_argument` when text is asked for and the file is not text, or the range begins past the end
 */
export async function readPart(source: FileSource, request: PartRequest): Promise<FilePart> {
  const part = await partOf(source, request);
  const isStart = (part.start_byte ?? 0) === 0 && (part.start_line ?? 1) === 1;
  if (part.content !== 'text' || !isStart || byteOrderMark(await source.bytes(0, 4)) === undefined) return part;
  const say = `${part.say} The file begins with a byte order mark, which the text leaves out.`;
  return { ...part, byte_order_mark: true, say };
}

async function partOf(source: FileSource, request: PartRequest): Promise<FilePart> {
  const { file } = source;
  if (request.as === 'link') return link('read it at download_url.');
  if (!request.lines && request.bytes.start > file.sizeBytes) {
    throw new HubError(
      'invalid_argument',
      `start_byte is ${request.bytes.start}, but ${file.path} has ${file.sizeBytes} bytes. Begin before its end.`,
      {
        details: {
          problems: [{ argument: 'start_byte', given: request.bytes.start, accepted: `0 to ${file.sizeBytes}` }],
        },
      },
    );
  }
  const encoding = request.as === 'base64' ? undefined : await source.encoding();
  if (encoding === undefined) {
    if (request.as === 'text' || request.lines) {
      throw new HubError(
        'invalid_argument',
        `${file.path} is ${file.mime}, not text. Read it with as: "base64" or as: "link".`,
        {
          details: { problems: [{ argument: request.as === 'text' ? 'as' : 'start_line', accepted: 'a text file' }] },
        },
      );
    }
    return bytesPart(source, request);
  }
  return request.lines
    ? linesPart(source, encoding, request.lines, request.maxBytes)
    : textPart(source, encoding, request);
}

async function linesPart(
  source: FileSource,
  encoding: string,
  lines: { readonly start: number; readonly end: number },
  maxBytes: number,
): Promise<FilePart> {
  const cut = await cutLines(await source.stream(), encoding, { ...lines, maxBytes });
  const { bytes, startByte, endLine, brokenLine, totalLines } = cut;
  const { text, usedBytes } = brokenLine
    ? decodeText(bytes, encoding, { startByte, maxBytes })
    : { text: new TextDecoder(encoding, { ignoreBOM: startByte > 0 }).decode(bytes), usedBytes: bytes.byteLength };
  const range = { content: 'text', text, encoding, start_line: lines.start, end_line: endLine } as const;
  const blocks = textBlocks(text);
  if (brokenLine) {
    const next = startByte + usedBytes;
    return {
      ...range,
      truncated: true,
      line_cut: true,
      start_byte: startByte,
      end_byte: next,
      next_start_byte: next,
      blocks,
      say: `the beginning of line ${endLine}, which alone is longer than max_bytes; go on within it with start_byte: ${next}.`,
    };
  }
  const goesOn = totalLines === undefined && endLine < lines.end;
  const extent =
    endLine < lines.start ? `it has only ${totalLines ?? 0} lines` : extentOfLines(lines.start, endLine) + unseen(text);
  return {
    ...range,
    ...(totalLines === undefined ? {} : { total_lines: totalLines }),
    truncated: goesOn,
    ...(goesOn ? { next_start_line: endLine + 1 } : {}),
    blocks,
    say: `${extent}${totalLines === undefined ? '' : ` of ${totalLines}`}${goesOn ? `; go on with start_line: ${endLine + 1}` : ''}.`,
  };
}

/** How far back to look for the last escape sequence of an encoding that has them (ISO-2022-JP). */
const LOOK_BACK_BYTES = 4096;

async function textPart(
  source: FileSource,
  encoding: string,
  { bytes, maxBytes, wholeLines }: PartRequest,
): Promise<FilePart> {
  const { file } = source;
  const { start } = bytes;
  const wantedEnd = Math.min(bytes.end, file.sizeBytes);
  const raw = await source.bytes(start, Math.min(wantedEnd, start + maxBytes + CHARACTER_BYTES));
  const shifts = encoding === 'iso-2022-jp' && start > 0;
  const before = shifts ? { before: await source.bytes(Math.max(0, start - LOOK_BACK_BYTES), start) } : {};
  const isCut = start + Math.min(raw.byteLength, maxBytes) < wantedEnd;
  const lineBytes = wholeLines && isCut ? endOfLines(raw.subarray(0, maxBytes), encoding) : 0;
  const most = lineBytes > 0 ? lineBytes : maxBytes;
  const { text, usedBytes } = decodeText(raw, encoding, { startByte: start, maxBytes: most, ...before });
  const endByte = start + usedBytes;
  const goesOn = endByte < wantedEnd;
  return {
    content: 'text',
    text,
    encoding,
    start_byte: start,
    end_byte: endByte,
    truncated: goesOn,
    ...(goesOn ? { next_start_byte: endByte } : {}),
    blocks: textBlocks(text),
    say: extent(start, endByte, file, goesOn, unseen(text)),
  };
}

async function bytesPart(
  source: FileSource,
  { as, bytes, maxBytes, maxImageBytes, showsPictures }: PartRequest,
): Promise<FilePart> {
  const { file } = source;
  const whole = bytes.start === 0 && bytes.end >= file.sizeBytes;
  if (as === 'auto' && whole && isModelImage(file.mime)) {
    if (file.sizeBytes > maxImageBytes) {
      return link(
        `a picture of more than ${maxImageBytes} bytes; read it at download_url, or in parts with as: "base64".`,
      );
    }
    if (!showsPictures) {
      return link(
        'a picture, which your client cannot show you. Download it from download_url if you can look at files.',
      );
    }
    const picture = await source.bytes(0, file.sizeBytes);
    const problem = imageProblem(picture, file.mime);
    if (problem !== undefined) return link(`not shown, as ${problem}; read it at download_url, or with as: "base64".`);
    return {
      content: 'image',
      truncated: false,
      blocks: [{ type: 'image', data: picture.toString('base64'), mimeType: file.mime }],
      say: 'the whole picture.',
    };
  }
  if (as === 'auto' && whole && file.sizeBytes > maxBytes)
    return link('too large for an answer; read it at download_url, or in parts with as: "base64".');
  const wantedEnd = Math.min(bytes.end, file.sizeBytes);
  const end = Math.min(wantedEnd, bytes.start + maxBytes);
  const base64 = (await source.bytes(bytes.start, end)).toString('base64');
  const goesOn = end < wantedEnd;
  return {
    content: 'base64',
    base64,
    start_byte: bytes.start,
    end_byte: end,
    truncated: goesOn,
    ...(goesOn ? { next_start_byte: end } : {}),
    blocks: textBlocks(base64),
    say: `base64 of ${extent(bytes.start, end, file, goesOn)}`,
  };
}

function link(say: string): FilePart {
  return { content: 'link', truncated: false, blocks: [], say };
}

/** A text as content: no block where nothing of it can be seen. */
function textBlocks(text: string): ContentBlock[] {
  return isVisible(text) ? [{ type: 'text', text }] : [];
}

/** Says it where nothing of a text can be seen. */
function unseen(text: string): string {
  if (isVisible(text)) return '';
  return text === '' ? ', which is empty' : `, which is blank: ${text.length} characters, none of which can be seen`;
}

/** Bytes of the whole lines at the beginning of a text; 0 where there is none. */
function endOfLines(bytes: Buffer, encoding: string): number {
  const lineFeed = encoding.startsWith('utf-16')
    ? Buffer.from(encoding === 'utf-16le' ? [0x0a, 0] : [0, 0x0a])
    : Buffer.from([0x0a]);
  let at = bytes.lastIndexOf(lineFeed);
  while (at > 0 && at % lineFeed.length !== 0) at = bytes.lastIndexOf(lineFeed, at - 1);
  return at < 0 ? 0 : at + lineFeed.length;
}

function extent(start: number, end: number, file: FileSource['file'], goesOn: boolean, words = ''): string {
  if (start === 0 && end === file.sizeBytes) return `the whole file${words}.`;
  return `bytes ${start} to ${end} of ${file.sizeBytes}${words}${goesOn ? `; go on with start_byte: ${end}` : ''}.`;
}

function extentOfLines(start: number, end: number): string {
  return start === end ? `line ${start}` : `lines ${start} to ${end}`;
}
