import type { TableSort } from '../../ui/column.ts';
import type { FileRow } from './file-row.ts';

/** Most rows that are read for an order that the hub does not have. */
export const MOST_SORTED = 10_000;

/**
 * Rows in the order of a column: `name`, `size`, `written` or `deleted`. Folders stay on top; equal rows, and
 * those without a value, are sorted by name.
 */
export function sortRows(rows: readonly FileRow[], { key, descending }: TableSort): readonly FileRow[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted(
    (a, b) =>
      Number(a.kind === 'file') - Number(b.kind === 'file') ||
      sign * (key === 'name' ? byName(a, b) : measure(a, key) - measure(b, key)) ||
      byName(a, b),
  );
}

/** By code points, as the hub does. */
function byName(a: FileRow, b: FileRow): number {
  return Number(a.name > b.name) - Number(a.name < b.name);
}

function measure(row: FileRow, key: string): number {
  if (row.kind === 'folder') return key === 'size' ? row.sizeBytes : 0;
  if (key === 'size') return row.file.sizeBytes;
  return key === 'deleted' ? (row.file.deletedAt ?? 0) : row.file.writtenAt;
}
