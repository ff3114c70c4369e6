import { reasonOf, Unreadable } from '../job-work.ts';
import { boundedZip } from './bounded-zip.ts';
import type { TableRow, TableShape } from './table-shape.ts';

/** The sheets of a workbook. Throws {@link Unreadable}. */
export async function readSheets(location: string): Promise<readonly TableShape[]> {
  (await boundedZip(location)).close();
  const { default: readXlsxFile } = await import('read-excel-file/node');
  const sheets = await readXlsxFile(location, { trim: false }).catch((error: unknown) => {
    throw new Unreadable(`The workbook cannot be read: ${reasonOf(error)}`);
  });
  return sheets.map(({ sheet, data }) => ({ name: sheet, rows: data as unknown as readonly TableRow[] }));
}
