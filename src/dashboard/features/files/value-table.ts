import Papa from 'papaparse';
import { fewMarks } from '../../../protocol/names/few-marks.ts';
import type { Inline, Rendered } from './rendered-model.ts';

/** Cells that are shown at most. */
const MOST_CELLS = 6_000;
const MOST_COLUMNS = 60;
const MOST_CHARACTERS = 400;

/** A text of values between commas, semicolons or tabs as a table; its first row is the head. */
export function tableOfValues(text: string): Rendered {
  const { data } = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy' });
  const columns = data.reduce((most, row) => Math.max(most, row.length), 1);
  const shownColumns = Math.min(columns, MOST_COLUMNS);
  const most = Math.max(1, Math.floor(MOST_CELLS / shownColumns));
  const cell = (value = ''): readonly Inline[] => [fewMarks(shortened(value))];
  const cells = (row: readonly string[]) => Array.from({ length: shownColumns }, (_, at) => cell(row[at]));
  const [head = [], ...rows] = data;
  return {
    blocks: [{ kind: 'table', table: { head: cells(head), rows: rows.slice(0, most).map(cells) } }],
    isCut: rows.length > most || columns > MOST_COLUMNS || data.some((row) => row.some(isLong)),
  };
}

function isLong(value: string): boolean {
  return value.length > MOST_CHARACTERS;
}

function shortened(value: string): string {
  return isLong(value) ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
}
