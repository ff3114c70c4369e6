import { escapeLineSeparators } from '../protocol/words/line-separators.ts';

/** {@link escapeLineSeparators}; a text that is all ASCII, as most are, needs no look at each character. */
export function lineSafe(json: string): string {
  return Buffer.byteLength(json) === json.length ? json : escapeLineSeparators(json);
}
