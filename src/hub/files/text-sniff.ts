import { isUtf8 } from 'node:buffer';
import chardet from 'chardet';

/** Encoding and length of a byte order mark. UTF-32 is left out: nothing here decodes it. */
export function byteOrderMark(
  head: Uint8Array,
): { readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be'; readonly length: number } | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (head[0] === 0xff && head[1] === 0xfe && !(head[2] === 0 && head[3] === 0))
    return { encoding: 'utf-16le', length: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return undefined;
}

/** Whether a content with this beginning is text; see {@link encodingOf}. */
export function looksLikeText(head: Uint8Array): boolean {
  return encodingOf(head) !== undefined;
}

/**
 * The encoding of a text by its beginning, as WHATWG names it; undefined if it is not text. Text has a byte
 * order mark; or it has no bytes that are unused in texts and is valid UTF-8, mostly ASCII letters, or
 * plausible in another encoding; or it is UTF-16 without a mark.
 */
export function encodingOf(head: Uint8Array): string | undefined {
  const mark = byteOrderMark(head);
  if (mark) return mark.encoding;
  let letters = 0;
  let firstHigh = -1;
  let hasEscape = false;
  for (let at = 0; at < head.byteLength; at += 1) {
    const byte = head[at] ?? 0;
    if (isControl(byte)) return unmarkedUtf16(head);
    if (byte >= 0x20 && byte < 0x7f) letters += 1;
    else if (byte >= 0x80 && firstHigh < 0) firstHigh = at;
    else if (byte === ESCAPE) hasEscape = true;
  }
  if (firstHigh < 0) return hasEscape ? shifted(head) : 'utf-8';
  if (isUtf8(wholeCharacters(head))) return 'utf-8';
  const guesses = guessed(head.subarray(firstHigh, firstHigh + GUESS_BYTES));
  if (letters * 4 >= head.byteLength) return guesses.next().value?.encoding ?? 'windows-1252'; // every byte is valid in it
  for (const guess of guesses) if (isLanguage(guess)) return guess.encoding;
  return undefined;
}

/** A longer sample makes the guess slower, not better. */
const GUESS_BYTES = 4096;
const ESCAPE = 0x1b;

interface Guess {
  readonly encoding: string;
  /** Of 100. */
  readonly confidence: number;
  readonly text: string;
  readonly isSingleByte: boolean;
}

/** Possible encodings of a sample that is not UTF-8, likeliest first. */
function* guessed(sample: Uint8Array): Generator<Guess, undefined> {
  for (const { name, confidence } of chardet.analyse(sample)) {
    try {
      const decoder = new TextDecoder(name, { fatal: true });
      const { encoding } = decoder;
      const text = decoder.decode(sample, { stream: true }); // the sample may end within a character
      if (encoding.startsWith('utf')) continue;
      yield { encoding, confidence, text, isSingleByte: text.length === sample.byteLength };
    } catch {
      // malformed in it, or an encoding that this Node does not know
    }
  }
  return undefined;
}

/**
 * Whether a guess is plausible: for two-byte encodings, how common the characters are; for single-byte ones,
 * whether there are words, with capitals only at their start.
 */
function isLanguage({ text, confidence, isSingleByte }: Guess): boolean {
  if (!isProse(text)) return false;
  if (!isSingleByte) return confidence >= 70;
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const letters = count(/[\p{L}\p{M}]/gu);
  const symbols = count(/[^\p{L}\p{M}\s\p{ASCII}]/gu);
  const wordsEnd = (count(/\s+/gu) + 1) * 25 >= text.length;
  if (letters < 8 || symbols * 6 > letters || !wordsEnd) return false;
  const small = count(/\p{Ll}/gu);
  if (small * 4 < letters) return confidence >= 30 && count(/\p{Lu}/gu) * 4 < letters; // a script without capital letters
  return count(/\p{Lu}/gu) * 2 <= small && count(/\p{Ll}\p{Lu}/gu) * 20 <= letters;
}

/** 7-bit text that switches character sets (ISO-2022-JP); terminal colours are plain text. */
function shifted(head: Uint8Array): string {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return ['\u001B$B', '\u001B$@', '\u001B(I'].some((toJapanese) => bytes.includes(toJapanese))
    ? 'iso-2022-jp'
    : 'utf-8';
}

/** UTF-16 without a mark: only valid characters, some of them ASCII, such as spaces. */
function unmarkedUtf16(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const sample = head.subarray(0, Math.min(head.byteLength, GUESS_BYTES));
  if (sample.byteLength < 16 || head.byteLength % 2 !== 0) return undefined;
  for (const encoding of ['utf-16le', 'utf-16be'] as const) {
    // The high byte of ASCII is 0. In the wrong byte order, ASCII looks like Chinese, and line feeds are
    // unassigned.
    let ascii = 0;
    for (let at = encoding === 'utf-16le' ? 1 : 0; at < sample.byteLength; at += 2) if (sample[at] === 0) ascii += 1;
    if (ascii < 3 || ascii * 40 < sample.byteLength / 2) continue;
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
      if (isProse(text)) return encoding;
    } catch {
      // lone surrogates: it is not
    }
  }
  return undefined;
}

/** Whether a decoded text has only characters used in texts, most of them letters. */
function isProse(text: string): boolean {
  if (/[\p{Cn}\p{Co}\p{Cs}]|(?!\s)\p{Cc}/u.test(text)) return false;
  const beyond = text.match(/[^\s\p{ASCII}]/gu)?.length ?? 0;
  const letters = text.match(/[\p{L}\p{M}\p{N}]/gu)?.length ?? 0;
  return letters * 2 >= beyond && letters > 0;
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

/** All control characters but tab, line feed, vertical tab, form feed, carriage return, backspace, bell and escape. */
function isControl(byte: number): boolean {
  return byte < 0x07 || (byte > 0x0d && byte < 0x1b) || (byte > 0x1b && byte < 0x20) || byte === 0x7f;
}
