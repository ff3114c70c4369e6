const MAX_DEPTH = 4;
const MAX_ITEMS = 200;
const MAX_TEXT = 1000;

/**
 * What a library found in a file, as JSON values of bounded size: dates as ISO 8601, bytes as their
 * number, no control characters; what has no sensible form is left out.
 */
export function plainValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return plainText(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `${value.byteLength} bytes`;
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ITEMS).map((item) => plainValue(item, depth + 1) ?? null);
  }
  return plainObject(value, depth);
}

/** {@link plainValue} for what is known to be an object. */
export function plainObject(value: object, depth = 0): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value).slice(0, MAX_ITEMS)) {
    const kept = plainValue(item, depth + 1);
    if (kept !== undefined) plain[plainText(key)] = kept;
  }
  return plain;
}

/** A text as it can be shown: cut, and without what would break a line or a terminal. */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_TEXT);
}
