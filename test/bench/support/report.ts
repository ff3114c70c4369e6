/** One measured line of the table: ours beside its reference, from the same run. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly reference: string;
  /** Ours to the reference, or a plain figure where there is none. */
  readonly ratio: number | undefined;
  readonly target: string;
  readonly holds: boolean;
}

/** The middle one of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The value below which `share` of the measurements lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function print(rows: readonly Row[]): void {
  const table = rows.map((row) => ({
    what: row.what,
    ours: row.ours,
    reference: row.reference,
    ratio: row.ratio === undefined ? '' : row.ratio.toFixed(2),
    target: row.target,
    holds: row.holds ? 'yes' : 'NO',
  }));
  console.table(table);
}
