import type { Readable } from 'node:stream';
import { encodingOf } from '../../../../hub/files/text-sniff.ts';

/** How many bytes are looked at to tell text from other content. */
export const SAMPLE_BYTES = 64 * 1024;

/** Formats that may begin like a text and are none. */
const neverText = /^(?:image|audio|video|font)\/(?!svg)|^application\/(?:pdf|zip|gzip|x-tar)/u;

/** The encoding of a text, as a WHATWG label, told from its first bytes; undefined when it is not text. */
export function textEncoding(sample: Uint8Array, mime: string): string | undefined {
  return neverText.test(mime) ? undefined : encodingOf(sample);
}

/** How many bytes over `maxBytes` {@link decodeText} takes to have one character whole. */
export const CHARACTER_BYTES = 8;

/**
 * Decodes the beginning of a cut-out of a text that begins at `startByte`: whole characters up to
 * `maxBytes`, or one that is longer. `usedBytes` says where the next cut-out begins; what is decoded
 * of one after the other joins to the text. `before` is what stands before it on its line, for encodings that shift.
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
    // A mark is one only at the beginning of the file.
    const decoder = new TextDecoder(encoding, { ignoreBOM: startByte > 0 });
    if (shift) decoder.decode(shift, { stream: true });
    const text = decoder.decode(bytes.subarray(0, usedBytes), { stream: true });
    if (decoder.decode() === '') return { text, usedBytes }; // nothing was waiting for the rest of a character
  }
  return { text: new TextDecoder(encoding).decode(bytes.subarray(0, most)), usedBytes: most };
}

const ESCAPE = 0x1b;

/** From `length` down by less than a character, then up. */
function lengthsAround(length: number, longest: number): number[] {
  const lengths: number[] = [];
  for (let shorter = length; shorter > Math.max(0, length - CHARACTER_BYTES); shorter -= 1) lengths.push(shorter);
  for (let longer = length + 1; longer <= longest; longer += 1) lengths.push(longer);
  return lengths;
}

/** The escape sequence that the bytes after these are read by. */
function lastShift(before: Buffer): Buffer | undefined {
  const at = before.lastIndexOf(ESCAPE);
  return at < 0 ? undefined : before.subarray(at, at + 3);
}

/** All that a stream has left. The caller has bounded it. */
export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
