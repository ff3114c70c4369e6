import type { Readable } from 'node:stream';

export interface LineCut {
  /** The lines, their line ends kept. */
  readonly text: string;
  /** The last line in `text`; `start - 1` when the file has no such lines. */
  readonly endLine: number;
  /** Whether `text` ends within its last line, which alone is over the cap. */
  readonly brokenLine: boolean;
  /** Known once the end of the file was reached. */
  readonly totalLines?: number;
}

/**
 * Lines `start` to `end` of a text (1 for the first, both inclusive), at most `maxChars` characters
 * and whole lines as far as that goes. Reads no further than needed, in constant memory.
 */
export async function cutLines(
  stream: Readable,
  encoding: string,
  { start, end, maxChars }: { readonly start: number; readonly end: number; readonly maxChars: number },
): Promise<LineCut> {
  const decoder = new TextDecoder(encoding);
  let line = 1;
  let begun = false; // whether `line` has any characters yet
  let text = '';

  /** Takes in a piece; true once nothing that follows is wanted. */
  const feed = (piece: string): boolean => {
    let at = 0;
    while (at < piece.length) {
      const lineEnd = piece.indexOf('\n', at);
      const stop = lineEnd < 0 ? piece.length : lineEnd + 1;
      if (line >= start) text += piece.slice(at, stop);
      at = stop;
      if (lineEnd < 0) {
        begun = true;
      } else {
        line += 1;
        begun = false;
      }
      if (line > end || text.length > maxChars) return true;
    }
    return false;
  };

  let stopped = false;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      stopped = feed(decoder.decode(chunk, { stream: true }));
      if (stopped) break;
    }
    stopped ||= feed(decoder.decode());
  } finally {
    stream.destroy();
  }

  if (text.length > maxChars) return capped(text.slice(0, maxChars), start);
  const lines = begun ? line : line - 1;
  if (stopped) return { text, endLine: Math.min(lines, end), brokenLine: false };
  return { text, endLine: Math.max(lines, start - 1), brokenLine: false, totalLines: lines };
}

function capped(cut: string, start: number): LineCut {
  const lastEnd = cut.lastIndexOf('\n');
  if (lastEnd < 0) return { text: cut, endLine: start, brokenLine: true };
  const text = cut.slice(0, lastEnd + 1);
  return { text, endLine: start + text.split('\n').length - 2, brokenLine: false };
}
