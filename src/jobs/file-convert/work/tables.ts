import Papa from 'papaparse';
import { JobFailed, reasonOf, Unreadable } from '../../work/job-work.ts';
import { readText } from '../../work/documents/read-text.ts';
import { cellText, listOf, tableRows, type TableRow, type TableShape } from '../../work/documents/table-shape.ts';
import type { Converted, ConvertContext } from './work.ts';

/** As many cells are held in memory. */
const MAX_CELLS = 5_000_000;
/** What a sheet of Excel can hold. */
const SHEET_ROWS = 1_048_576;
const SHEET_COLUMNS = 16_384;
const CELL_CHARACTERS = 32_767;

/** A table in another format. The first row has the names of the columns. */
export async function convertTable(context: ConvertContext): Promise<Converted> {
  const [table, ...others] = await readTables(context);
  if (!table) throw new Unreadable('There is no table in it.');
  if (others.length > 0)
    context.warn(
      `Only the sheet ${JSON.stringify(table.name)} is taken, and not ${others.map(({ name }) => JSON.stringify(name)).join(', ')}.`,
    );
  const { rows } = table;
  let columns = 0;
  for (const row of rows) columns = Math.max(columns, row.length);
  if (rows.length * columns > MAX_CELLS)
    throw new JobFailed('too_large', `The table has over ${MAX_CELLS} cells; divide it first.`);
  context.report(0.6, `Writing ${rows.length} rows`);
  return { content: await written(context, rows, columns), facts: { rows: rows.length, columns } };
}

/** The sheets of a table file; of all but xlsx there is one. */
export async function readTables({ from, file, warn, report }: ConvertContext): Promise<readonly TableShape[]> {
  report(0.1, 'Reading');
  const name = file.name.replace(/\.[^.]+$/u, '');
  switch (from) {
    case 'xlsx': {
      const { readSheets } = await import('../../work/documents/sheets.ts');
      return readSheets(file.location);
    }
    case 'json':
      return [{ name, rows: tableRows(parsed(await readText(file.location)), warn) }];
    case 'ndjson': {
      const lines = (await readText(file.location)).split('\n').filter((line) => line.trim() !== '');
      return [
        {
          name,
          rows: tableRows(
            lines.map((line, at) => parsed(line, at + 1)),
            warn,
          ),
        },
      ];
    }
    default: {
      const { data, errors } = Papa.parse<string[]>(await readText(file.location), {
        delimiter: from === 'tsv' ? '\t' : '',
        skipEmptyLines: true,
      });
      for (const { row, message, code } of errors.slice(0, 5))
        if (code !== 'UndetectableDelimiter') warn(row === undefined ? message : `Row ${row + 1}: ${message}`);
      return [{ name, rows: data }];
    }
  }
}

function parsed(text: string, line?: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Unreadable(`The JSON${line === undefined ? '' : ` in line ${line}`} cannot be read: ${reasonOf(error)}`);
  }
}

async function written(
  { to, warn }: ConvertContext,
  rows: readonly TableRow[],
  columns: number,
): Promise<string | Uint8Array> {
  switch (to) {
    case 'json':
      return `${JSON.stringify(listOf(rows), undefined, 2)}\n`;
    case 'ndjson':
      return listOf(rows)
        .map((each) => `${JSON.stringify(each)}\n`)
        .join('');
    case 'xlsx': {
      if (rows.length > SHEET_ROWS || columns > SHEET_COLUMNS)
        throw new JobFailed('too_large', `A sheet holds ${SHEET_ROWS} rows and ${SHEET_COLUMNS} columns; take csv.`);
      const { default: writeXlsxFile } = await import('write-excel-file/node');
      let cut = 0;
      const cells = rows.map((row) =>
        row.map((value) => {
          if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
          const text = cellText(value);
          if (text.length > CELL_CHARACTERS) cut += 1;
          return text === '' ? null : text.slice(0, CELL_CHARACTERS);
        }),
      );
      if (cut > 0)
        warn(`${cut} cells were longer than the ${CELL_CHARACTERS} characters that a cell holds, and are cut.`);
      return writeXlsxFile(cells).toBuffer();
    }
    default:
      return `${Papa.unparse(
        rows.map((row) => row.map(cellText)),
        { delimiter: to === 'tsv' ? '\t' : ',', newline: '\n' },
      )}\n`;
  }
}
