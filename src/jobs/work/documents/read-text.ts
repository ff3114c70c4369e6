import { readFile } from 'node:fs/promises';
import { encodingOf } from '../../../hub/files/text-sniff.ts';

/** A text as characters, in whatever encoding it is, without its byte order mark. */
export async function readText(location: string): Promise<string> {
  const bytes = await readFile(location);
  const encoding = encodingOf(bytes.subarray(0, 64 * 1024));
  const asUtf8 = encoding === undefined || encoding === 'utf-8' ? decoded(bytes, 'utf-8', true) : undefined;
  return (
    asUtf8 ?? decoded(bytes, encoding === undefined || encoding === 'utf-8' ? 'windows-1252' : encoding, false) ?? ''
  );
}

function decoded(bytes: Uint8Array, encoding: string, fatal: boolean): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal }).decode(bytes);
  } catch {
    return undefined; // not in this encoding
  }
}
