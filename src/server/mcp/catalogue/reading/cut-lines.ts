import type { Readable } from 'node:stream';

export interface LineCut {
  /** The lines, their line ends kept. Some bytes longer than the cap where `brokenLine`. */
  readonly bytes: Buffer;
  /** Where they begin in the file. */
  readonly startByte: number;
  /** The last line in `bytes`; `start - 1` when the file has no such lines. */
  readonly endLine: number;
  /** Whether `bytes` end within the only line in it, which alone is over the cap. */
  readonly brokenLine: boolean;
  /** Known once the end of the file was reached. */
  readonly totalLines?: number;
}

/** How many bytes of a broken line are given past the cap, so that a character at the cap is whole. */
const SLACK_BYTES = 8;

/**
 * Lines `start` to `end` of a text (1 for the first, both inclusive), at most `maxBytes` and whole
 * lines where they fit. Reads no further than needed, in constant memory. It works on bytes: every
 * encoding here has a line feed that is found without decoding, and so the offsets are those of the file.
 */
export async function cutLines(
  stream: Readable,
  encoding: string,
  { start, end, maxBytes }: { readonly start: number; readonly end: number; readonly maxBytes: number },
): Promise<LineCut> {
  const unitBytes = encoding.startsWith('utf-16') ? 2 : 1;
  const afterLine = lineFinder(encoding);
  let line = 1;
  let begun = false; // whether `line` has any bytes yet
  let startByte = 0;
  const kept: Buffer[] = [];
  let keptBytes = 0;

  /** Takes a piece of whole units; true once no more is needed. */
  const feed = (piece: Buffer): boolean => {
    let at = 0;
    let from = line >= start ? 0 : piece.length;
    while (at < piece.length && line <= end) {
      const next = afterLine(piece, at);
      begun = next < 0;
      at = begun ? piece.length : next;
      if (begun) break;
      line += 1;
      if (line === start) from = at;
    }
    startByte += Math.min(from, at);
    if (at > from) kept.push(piece.subarray(from, at));
    keptBytes += Math.max(0, at - from);
    return line > end || keptBytes > maxBytes + SLACK_BYTES;
  };

  let stopped = false;
  try {
    let left: Buffer = Buffer.alloc(0); // half a unit, at the end of the piece before
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const piece = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
      left = piece.subarray(piece.length - (piece.length % unitBytes));
      stopped = feed(piece.subarray(0, piece.length - left.length));
      if (stopped) break;
    }
    stopped ||= feed(left);
  } finally {
    stream.destroy();
  }

  const bytes = Buffer.concat(kept);
  if (bytes.length > maxBytes) return capped(bytes, { start, startByte, maxBytes, afterLine });
  const lines = begun ? line : line - 1;
  if (stopped) return { bytes, startByte, endLine: Math.min(lines, end), brokenLine: false };
  return { bytes, startByte, endLine: Math.max(lines, start - 1), brokenLine: false, totalLines: lines };
}

type LineFinder = (bytes: Buffer, from: number) => number;

function capped(
  bytes: Buffer,
  cut: {
    readonly start: number;
    readonly startByte: number;
    readonly maxBytes: number;
    readonly afterLine: LineFinder;
  },
): LineCut {
  const { start, startByte, maxBytes, afterLine } = cut;
  let lines = 0;
  let stop = 0;
  for (let next = afterLine(bytes, 0); next > 0 && next <= maxBytes; next = afterLine(bytes, next)) {
    stop = next;
    lines += 1;
  }
  if (lines > 0) return { bytes: bytes.subarray(0, stop), startByte, endLine: start + lines - 1, brokenLine: false };
  const firstLine = afterLine(bytes, 0);
  return {
    bytes: bytes.subarray(0, Math.min(maxBytes + SLACK_BYTES, firstLine < 0 ? bytes.length : firstLine)),
    startByte,
    endLine: start,
    brokenLine: true,
  };
}

/** Gives the offset after the line feed that ends the line at `from`; -1 when there is none in `bytes`. */
function lineFinder(encoding: string): LineFinder {
  if (!encoding.startsWith('utf-16')) {
    return (bytes, from) => {
      const at = bytes.indexOf(0x0a, from);
      return at < 0 ? -1 : at + 1;
    };
  }
  const lineFeed = Buffer.from(encoding === 'utf-16le' ? [0x0a, 0] : [0, 0x0a]);
  return (bytes, from) => {
    let at = bytes.indexOf(lineFeed, from);
    while (at >= 0 && at % 2 === 1) at = bytes.indexOf(lineFeed, at + 1); // the halves of two neighbouring units
    return at < 0 ? -1 : at + 2;
  };
}
