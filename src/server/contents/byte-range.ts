/** Bytes from `start` to `end`, both inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What a `Range` header asks of a content (RFC 9110, section 14): one range of bytes, or
 * `unsatisfiable` for one that begins past the end. Undefined, so the whole content, for no header,
 * another unit, a malformed one, and for several ranges, which a server need not serve.
 */
export function byteRange(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=[\t ]*(?:(\d+)-(\d*)|-(\d+))[\t ]*$/iu.exec(header ?? '');
  if (!match) return undefined;
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), sizeBytes);
    return length === 0 ? 'unsatisfiable' : { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  const wanted = last === '' || last === undefined ? Infinity : Number(last);
  if (wanted < start) return undefined; // malformed
  return start >= sizeBytes ? 'unsatisfiable' : { start, end: Math.min(wanted, sizeBytes - 1) };
}
