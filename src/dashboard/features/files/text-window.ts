import { fewMarks } from '../../../protocol/names/few-marks.ts';

/** Bytes of a text read at once. */
export const chunkBytes = 256 * 1024;
/** A preview ends here; the rest is a download. */
export const previewLimitBytes = 4 * 1024 * 1024;
/** Longest shown line: browsers are slow with lines of megabytes, as in minified code. */
export const lineLimit = 2_000;

/** The lines of a text file, as far as it has been read. */
export interface TextWindow {
  readonly lines: readonly string[];
  /** Bytes read so far, including a character cut at the end. */
  readonly readBytes: number;
  /** Whether the last line may go on in bytes that are not read yet. */
  readonly open: boolean;
}

export const emptyWindow: TextWindow = { lines: [], readBytes: 0, open: true };

/** The decoder for a byte order mark, else for the charset that the hub says; UTF-8 without one that is known. */
export function decoderFor(start: Uint8Array, charset = 'utf-8'): TextDecoder {
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder('utf-16le');
  if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder('utf-16be');
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder('utf-8');
  }
}

/**
 * Appends a chunk: `decoder` is the same for all chunks of a text, so that characters cut by a
 * chunk's end come out whole. Lines end in LF, CRLF or CR.
 */
export function appendChunk(window: TextWindow, chunk: Uint8Array, decoder: TextDecoder, last: boolean): TextWindow {
  const text = decoder.decode(chunk, { stream: !last });
  const tail = window.lines.at(-1) ?? '';
  let all = tail + text;
  // A CR at a chunk's end may be half a CRLF: it stays in the unfinished line until the next chunk.
  let held = '';
  if (!last && all.endsWith('\r')) {
    all = all.slice(0, -1);
    held = '\r';
  }
  const fresh = all.split(/\r\n|\n|\r/u);
  fresh.push(`${fresh.pop() ?? ''}${held}`);
  // The newline at a text's end closes its last line; it does not open another one.
  if (last && fresh.at(-1) === '' && fresh.length + window.lines.length > 1) fresh.pop();
  return {
    lines: [...window.lines.slice(0, -1), ...fresh],
    readBytes: window.readBytes + chunk.byteLength,
    open: !last,
  };
}

/**
 * A line as shown: cut if it is too long, and letters with too many marks without the rest of them; with the
 * number of characters left out.
 */
export function shownLine(line: string): { readonly text: string; readonly hidden: number } {
  const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
  const text = fewMarks(whole.slice(0, lineLimit));
  return { text, hidden: whole.length - text.length };
}
