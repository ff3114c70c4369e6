/** Prefixes of the identifiers that Signalbox makes; the rest is random, or a counter for frames. */
export type IdPrefix = 'wsp' | 'key' | 'ses' | 'fil' | 'upl' | 'lck' | 'wtr' | 'job' | 'trf' | 'lnk' | 'frm';

/** An identifier such as `lck_9f2c…`. */
export type Id = `${IdPrefix}_${string}`;

/** 80 random bits in lower-case base 32 (Crockford's digits), behind the prefix. */
export function randomId(prefix: IdPrefix): Id {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let text = '';
  for (const byte of bytes) text += '0123456789abcdefghjkmnpqrstvwxyz'[byte & 31];
  return `${prefix}_${text}`;
}
