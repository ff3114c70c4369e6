import type { TableSort } from '../../ui/virtual-table.tsx';
import type { FileRow } from './file-row.ts';

/** Rows that are read to be sorted by something that the hub does not sort by. */
export const MOST_SORTED = 10_000;

/**
 * Lines in the order of a column: `name`, `size`, `written` or `deleted`. Folders stay on top; what is
 * equal, or has no such thing, goes by name.
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

/** In the order of their characters, as the hub lists them. */
function byName(a: FileRow, b: FileRow): number {
  return Number(a.name > b.name) - Number(a.name < b.name);
}

function measure(row: FileRow, key: string): number {
  if (row.kind === 'folder') return key === 'size' ? row.sizeBytes : 0;
  if (key === 'size') return row.file.sizeBytes;
  return key === 'deleted' ? (row.file.deletedAt ?? 0) : row.file.writtenAt;
}
