const units: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/**
 * A size as people write it (`50 GiB`, `1.5tb`, `750m`, `1024`) in whole bytes; undefined when it cannot be
 * read or is not a positive safe integer. All units are binary; a decimal comma counts as a point.
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:[.,]\d+)?)\s*(?:([kmgt])i?b?|b)?$/iu.exec(text.trim());
  if (!match) return undefined;
  const unit = units[match[2]?.toLowerCase() ?? 'b'] ?? 1;
  const bytes = Math.round(Number((match[1] ?? '').replace(',', '.')) * unit);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Bytes in the largest unit with at most two decimals that loses nothing: `50 GiB`. */
export function sizeText(bytes: number): string {
  const steps = [
    ['TiB', 1024 ** 4],
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const;
  for (const [name, unit] of steps) {
    if (bytes >= unit && Number.isInteger((bytes / unit) * 100)) return `${bytes / unit} ${name}`;
  }
  return `${bytes} B`;
}
