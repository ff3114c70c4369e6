const units: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/**
 * A size as people write it (`50 GB`, `1.5tib`, `750m`, `1024`) in whole bytes; undefined when it
 * cannot be read or is not a positive safe integer. As everywhere in the dashboard 1 KB is 1,024
 * bytes; a decimal comma counts as a point.
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:[.,]\d+)?)\s*(?:([kmgt])i?b?|b)?$/iu.exec(text.trim());
  if (!match) return undefined;
  const unit = units[match[2]?.toLowerCase() ?? 'b'] ?? 1;
  const bytes = Math.round(Number((match[1] ?? '').replace(',', '.')) * unit);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Bytes in the largest unit in which they are exact to two places, so that it reads back the same: `50 GB`. */
export function sizeText(bytes: number): string {
  const steps = [
    ['TB', 1024 ** 4],
    ['GB', 1024 ** 3],
    ['MB', 1024 ** 2],
    ['KB', 1024],
  ] as const;
  for (const [name, unit] of steps) {
    if (bytes >= unit && Number.isInteger((bytes / unit) * 100)) return `${bytes / unit} ${name}`;
  }
  return `${bytes} B`;
}
