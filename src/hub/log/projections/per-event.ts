import type { Projection } from './projection.ts';
import { BLOCK_BITS } from './session-blocks.ts';

/** Tables whose rows are about single events, with the column that has the event's seq, or its block. */
export type PerEvent = Readonly<Record<string, 'seq' | 'block'>>;

/** All such tables of projections. */
export function perEventTables(projections: readonly Projection[]): PerEvent {
  return Object.assign({}, ...projections.map(({ perEvent = {} }) => perEvent)) as PerEvent;
}

/** The rows of a table that are not about events up to a seq, as a condition in SQL. All rows stay of other tables. */
export function rowsBehind(table: string, tables: PerEvent, seq: number): string {
  const column = table === 'events' ? 'seq' : tables[table];
  if (column === undefined || seq === 0) return 'TRUE';
  return `${column} > ${column === 'seq' ? seq : Math.floor(seq / 2 ** BLOCK_BITS)}`;
}
