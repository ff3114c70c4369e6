import type { Readable } from 'node:stream';
import chardet from 'chardet';

/** Formats that may begin like a text and are none. */
const neverText = /^(?:image|audio|video|font)\/|^application\/(?:pdf|zip|gzip|x-tar)/u;

/** How many bytes are looked at to tell text from other content. */
export const SAMPLE_BYTES = 64 * 1024;

/**
 * The encoding of a text, as a WHATWG label, told from its first bytes; undefined when it is not
 * text. UTF-8 where the bytes are that; what has NULs and no byte order mark is not text.
 */
export function textEncoding(sample: Uint8Array, mime: string): string | undefined {
  if (neverText.test(mime) && mime !== 'image/svg+xml') return undefined;
  if (sample.length === 0) return 'utf-8';
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  if (sample.includes(0)) return undefined;
  if (isUtf8(sample)) return 'utf-8';
  const controls = sample.reduce((sum, byte) => sum + (byte < 9 || (byte > 13 && byte < 32 && byte !== 27) ? 1 : 0), 0);
  if (controls > 0) return undefined;
  const detected = chardet.detect(sample);
  return detected !== null && isLabel(detected) ? new TextDecoder(detected).encoding : undefined;
}

/** Whether these are whole UTF-8 characters, but for one that the sample's end may have cut. */
function isUtf8(sample: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function isLabel(label: string): boolean {
  try {
    return new TextDecoder(label) instanceof TextDecoder;
  } catch {
    return false;
  }
}

/**
 * Decodes a cut-out of a text. Of UTF-8, a character that the end has cut is left for the next
 * cut-out: `usedBytes` says where that begins.
 */
export function decodeText(
  bytes: Uint8Array,
  encoding: string,
  endsFile: boolean,
): { readonly text: string; readonly usedBytes: number } {
  const usedBytes = endsFile || encoding !== 'utf-8' ? bytes.length : wholeUtf8(bytes);
  return { text: new TextDecoder(encoding).decode(bytes.subarray(0, usedBytes)), usedBytes };
}

/** Length of the whole characters at the beginning of UTF-8 bytes. */
function wholeUtf8(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const needs = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    const whole = needs <= back ? bytes.length : bytes.length - back;
    return whole === 0 ? bytes.length : whole; // a cut-out shorter than its character is given as it is
  }
  return bytes.length;
}

/** All that a stream has left. The caller has bounded it. */
export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
