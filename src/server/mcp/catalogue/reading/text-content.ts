import type { Readable } from 'node:stream';

/** How many bytes are read to decide whether a file is text. */
export const SAMPLE_BYTES = 64 * 1024;

/** How many bytes past `maxBytes` {@link decodeText} may read to complete one character. */
export const CHARACTER_BYTES = 8;

/**
 * Decodes a part of a text that begins at `startByte` of the file: whole characters up to `maxBytes`,
 * or one character where that is longer. The next part begins `usedBytes` later; the decoded parts
 * joined are the text. `before` are the bytes before the part, for encodings with escape sequences.
 */
export function decodeText(
  bytes: Uint8Array,
  encoding: string,
  { startByte, maxBytes, before }: { readonly startByte: number; readonly maxBytes: number; readonly before?: Buffer },
): { readonly text: string; readonly usedBytes: number } {
  // Two escape sequences without a character between them are malformed (WHATWG Encoding, 12.2.1).
  const shift = encoding === 'iso-2022-jp' && before && bytes[0] !== ESCAPE ? lastShift(before) : undefined;
  const most = Math.min(maxBytes, bytes.byteLength);
  for (const usedBytes of lengthsAround(most, Math.min(most + CHARACTER_BYTES, bytes.byteLength))) {
    // A byte order mark counts only at the beginning of the file.
    const decoder = new TextDecoder(encoding, { ignoreBOM: startByte > 0 });
    if (shift) decoder.decode(shift, { stream: true });
    const text = decoder.decode(bytes.subarray(0, usedBytes), { stream: true });
    if (decoder.decode() === '') return { text, usedBytes }; // no character was cut
  }
  return { text: new TextDecoder(encoding).decode(bytes.subarray(0, most)), usedBytes: most };
}

const ESCAPE = 0x1b;

/** Lengths to try: `length` and less, by up to a character, then more up to `longest`. */
function lengthsAround(length: number, longest: number): number[] {
  const lengths: number[] = [];
  for (let shorter = length; shorter > Math.max(0, length - CHARACTER_BYTES); shorter -= 1) lengths.push(shorter);
  for (let longer = length + 1; longer <= longest; longer += 1) lengths.push(longer);
  return lengths;
}

/** The last escape sequence: the one that says how the bytes after these are read. */
function lastShift(before: Buffer): Buffer | undefined {
  const at = before.lastIndexOf(ESCAPE);
  return at < 0 ? undefined : before.subarray(at, at + 3);
}

/** The rest of a stream, in memory. The caller bounds its size. */
export async function restOfStream(stream: Readable): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
