import { Unreadable } from '../job-work.ts';
import { isRecord } from '../../../protocol/is-record.ts';

export type Cell = unknown;
export type TableRow = readonly Cell[];

export interface TableShape {
  readonly name: string;
  readonly rows: readonly TableRow[];
}

/** A cell as a text: what is no plain value as JSON, a time in ISO 8601. */
export function cellText(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

/** JSON as rows: a list of objects gets a first row with all names in it, a list of lists is as it stands. */
export function tableRows(value: unknown, warn: (line: string) => void): readonly TableRow[] {
  if (!Array.isArray(value))
    throw new Unreadable('The JSON is no list; a table is made of a list of objects or lists.');
  const items: readonly unknown[] = value;
  if (items.every((item) => Array.isArray(item))) return items as readonly TableRow[];
  const names = new Set<string>();
  let plain = 0;
  for (const item of items) {
    if (isRecord(item)) for (const name of Object.keys(item)) names.add(name);
    else plain += 1;
  }
  if (plain === items.length) return [['value'], ...items.map((item) => [item])];
  if (plain > 0) warn(`${plain} of ${items.length} items are no objects, and are left out.`);
  const columns = [...names];
  return [
    columns,
    ...items.filter(isRecord).map((item) => columns.map((name) => (Object.hasOwn(item, name) ? item[name] : null))),
  ];
}

/** Rows as objects, named by the first row. Names that are missing or doubled get their column's number. */
export function listOf([head = [], ...rows]: readonly TableRow[]): readonly Readonly<Record<string, unknown>>[] {
  const width = Math.max(head.length, ...[0], longest(rows));
  const names: string[] = [];
  for (let at = 0; at < width; at += 1) {
    const name = cellText(head[at]) || `column ${at + 1}`;
    names.push(names.includes(name) ? `${name} (${at + 1})` : name);
  }
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
}

function longest(rows: readonly TableRow[]): number {
  let length = 0;
  for (const row of rows) length = Math.max(length, row.length);
  return length;
}
