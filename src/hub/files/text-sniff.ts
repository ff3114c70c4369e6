import { isUtf8 } from 'node:buffer';

/** What a byte order mark says, and how long it is. */
export function byteOrderMark(
  head: Uint8Array,
): { readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be'; readonly length: number } | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return undefined;
}

/**
 * Whether a content that begins so is text: it has a byte order mark, or no byte that text has no
 * use for and, where it is not UTF-8, some that are plainly letters.
 */
export function looksLikeText(head: Uint8Array): boolean {
  if (byteOrderMark(head)) return true;
  let letters = 0;
  for (const byte of head) {
    if (isControl(byte)) return false;
    if (byte >= 0x20 && byte < 0x7f) letters += 1;
  }
  return isUtf8(wholeCharacters(head)) || letters * 4 >= head.byteLength;
}

/** `bytes` without the beginning of a UTF-8 character that is cut off at its end. */
export function wholeCharacters(bytes: Uint8Array): Uint8Array {
  const end = bytes.byteLength;
  for (let back = 1; back <= Math.min(3, end); back += 1) {
    const byte = bytes[end - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.subarray(0, end - back) : bytes;
    }
  }
  return bytes;
}

/** All but tab, line feed, vertical tab, form feed, carriage return, backspace, bell and escape. */
function isControl(byte: number): boolean {
  return byte < 0x07 || (byte > 0x0d && byte < 0x1b) || (byte > 0x1b && byte < 0x20) || byte === 0x7f;
}
