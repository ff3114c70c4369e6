const units: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  kb: 1000,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1000 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1000 ** 3,
  gib: 1024 ** 3,
  t: 1024 ** 4,
  tb: 1000 ** 4,
  tib: 1024 ** 4,
};

/**
 * A size as people write it (`50 GiB`, `1.5tb`, `750 MB`, `1024`) in whole bytes; undefined when
 * it cannot be read or is not a positive safe integer. A decimal comma counts as a point.
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:[.,]\d+)?)\s*([a-z]*)$/iu.exec(text.trim());
  if (!match) return undefined;
  const unit = units[(match[2] === '' ? 'b' : (match[2] ?? 'b')).toLowerCase()];
  if (unit === undefined) return undefined;
  const bytes = Math.round(Number((match[1] ?? '').replace(',', '.')) * unit);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Bytes in the largest binary unit that keeps the number exact enough to read back: `50 GiB`. */
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
