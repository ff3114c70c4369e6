import { isRecord } from '../protocol/is-record.ts';
import { formatCount, formatSize } from '../protocol/words/units.ts';

export interface FactRow {
  readonly name: string;
  readonly value: string;
  /** Set in the data face; with a button that copies it when it is long. */
  readonly isData: boolean;
}

/** A part of a result: a heading over names and values. */
export interface FactSection {
  readonly title: string;
  readonly rows: readonly FactRow[];
}

export interface ListedEntry {
  readonly path: string;
  readonly kind: string;
  readonly sizeBytes: number;
}

/** A job's result, taken apart for people. What is not known by name is shown all the same. */
export interface JobFacts {
  readonly warnings: readonly string[];
  readonly sections: readonly FactSection[];
  /** What an archive or a folder holds. */
  readonly entries: readonly ListedEntry[];
  /** Entries that the job left out of its list. */
  readonly entriesOmitted: number;
}

export type ResultValues = Readonly<Record<string, unknown>>;

/** How a kind's result is worded, where the names in it do not say it well enough. */
export interface FactStyle {
  /** Heading over what stands at the top of the result. Default "Result". */
  readonly title?: string;
  /** Headings of the objects in the result, by their name in it. */
  readonly titles?: Readonly<Record<string, string>>;
  /** Names of values. */
  readonly names?: Readonly<Record<string, string>>;
  /** What comes first, of all values. */
  readonly order?: readonly string[];
  /** What is not shown. */
  readonly hidden?: ReadonlySet<string>;
  /** A value as a text, of an object too, which then has no section; undefined: as usual. */
  readonly text?: (key: string, value: unknown) => string | undefined;
}

/** Objects of a list that are shown, each on a line. */
const MOST_LISTED = 200;

/**
 * Any result as facts: its values, then a section for each object and each list of objects in it; `warnings` is a list
 * of sentences.
 */
export function readFacts(result: ResultValues, style: FactStyle = {}): JobFacts {
  const { warnings, ...rest } = result;
  const sections: FactSection[] = [];
  addSection(sections, style.title ?? 'Result', rest, style);
  return {
    warnings: Array.isArray(warnings) ? warnings.map(String) : [],
    sections,
    entries: [],
    entriesOmitted: 0,
  };
}

/** A value that is an object, looked into. */
export function valuesOf(value: unknown): ResultValues | undefined {
  return isRecord(value) ? value : undefined;
}

function addSection(sections: FactSection[], title: string, values: ResultValues, style: FactStyle): void {
  const rows = rowsOf(values, style);
  if (rows.length > 0) sections.push({ title, rows });
  for (const [key, value] of Object.entries(values)) {
    if (style.hidden?.has(key) || style.text?.(key, value) !== undefined) continue;
    const sectionTitle = style.titles?.[key] ?? labelOfField(key);
    const inner = valuesOf(value);
    if (inner) addSection(sections, sectionTitle, inner, style);
    const lines = Array.isArray(value) ? linesOf(value, style) : [];
    if (lines.length > 0) sections.push({ title: sectionTitle, rows: lines });
  }
}

/** The objects of a list: the first value of each is the name of its line, the others follow it. */
function linesOf(list: readonly unknown[], style: FactStyle): readonly FactRow[] {
  const objects = list.map(valuesOf).filter((item) => item !== undefined);
  const lines: FactRow[] = [];
  const seen = new Map<string, number>();
  for (const item of objects.slice(0, MOST_LISTED)) {
    const [first, ...rest] = rowsOf(item, style);
    if (!first) continue;
    const times = (seen.get(first.value) ?? 0) + 1;
    seen.set(first.value, times);
    const name = times === 1 ? first.value : `${first.value} (${times})`;
    lines.push({ name, value: rest.map((row) => `${row.name}: ${row.value}`).join(', '), isData: true });
  }
  const more = objects.length - MOST_LISTED;
  return more > 0 ? [...lines, { name: 'and more', value: formatCount(more), isData: false }] : lines;
}

function rowsOf(values: ResultValues, { order = [], hidden, names, text }: FactStyle): readonly FactRow[] {
  const { width, height, ...rest } = values;
  const rows: FactRow[] = [];
  if (typeof width === 'number' && typeof height === 'number') {
    rows.push({ name: 'Dimensions', value: `${width} × ${height} px`, isData: true });
  }
  const place = (key: string): number => {
    const at = order.indexOf(key);
    return at < 0 ? order.length : at;
  };
  for (const key of Object.keys(rest).sort((a, b) => place(a) - place(b))) {
    if (hidden?.has(key)) continue;
    const value = text?.(key, rest[key]) ?? textOf(key, rest[key]);
    if (value !== undefined) rows.push({ name: names?.[key] ?? labelOfField(key), value, isData: !isYesNo(rest[key]) });
  }
  return rows;
}

function isYesNo(value: unknown): boolean {
  return typeof value === 'boolean';
}

function textOf(key: string, value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value === '' ? undefined : value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/u, '$1 $2');
    case 'boolean':
      return value ? 'yes' : 'no';
    case 'number':
      if (key.endsWith('_bytes')) return `${formatSize(value)} (${formatCount(value)} bytes)`;
      return Number.isInteger(value) ? formatCount(value) : String(value);
    default:
      // Short lists of plain values read well on a line; everything deeper has a section of its own.
      return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item !== 'object')
        ? value.join(', ')
        : undefined;
  }
}

/** `color_space` → `Color space`, `LensModel` → `Lens model`, `sha256` → `SHA-256`. */
export function labelOfField(key: string): string {
  if (key === 'sha256') return 'SHA-256';
  if (/^[A-Z]+$/u.test(key)) return key;
  const text = key
    .replace(/_bytes$/u, '')
    .replaceAll('_', ' ')
    .replaceAll(/([a-z\d])([A-Z])/gu, '$1 $2')
    .toLowerCase();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
