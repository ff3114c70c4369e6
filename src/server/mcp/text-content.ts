import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import chardet from 'chardet';
import { byteOrderMark, looksLikeText, wholeCharacters } from '../../hub/files/text-sniff.ts';

/** How many bytes are looked at to tell text from other content. */
export const SAMPLE_BYTES = 64 * 1024;

/** Formats that may begin like a text and are none. */
const neverText = /^(?:image|audio|video|font)\/(?!svg)|^application\/(?:pdf|zip|gzip|x-tar)/u;

/** The encoding of a text, as a WHATWG label, told from its first bytes; undefined when it is not text. */
export function textEncoding(sample: Uint8Array, mime: string): string | undefined {
  if (neverText.test(mime)) return undefined;
  const mark = byteOrderMark(sample);
  if (mark) return mark.encoding;
  if (!looksLikeText(sample)) return undefined;
  if (isUtf8(wholeCharacters(sample))) return 'utf-8';
  return knownLabel(chardet.detect(sample)) ?? 'windows-1252';
}

function knownLabel(label: string | null): string | undefined {
  try {
    return label === null ? undefined : new TextDecoder(label).encoding;
  } catch {
    return undefined; // an encoding that this Node cannot decode
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
  const whole = endsFile || encoding !== 'utf-8' ? bytes : wholeCharacters(bytes);
  const used = whole.length === 0 ? bytes : whole; // a cut-out shorter than its one character is given as it is
  return { text: new TextDecoder(encoding).decode(used), usedBytes: used.length };
}

/** All that a stream has left. The caller has bounded it. */
export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
