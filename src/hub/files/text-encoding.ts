import { encodingOf } from './text-sniff.ts';

/** Binary formats whose first bytes may look like text. */
const neverText = /^(?:image|audio|video|font)\/(?!svg)|^application\/(?:pdf|zip|gzip|x-tar)/u;

/** The encoding of a text, as a WHATWG label, detected from its first bytes; undefined when it is not text. */
export function textEncoding(sample: Uint8Array, mime: string): string | undefined {
  return neverText.test(mime) ? undefined : encodingOf(sample);
}
