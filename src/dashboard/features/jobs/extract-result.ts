import { formatCount, formatSize } from '../../../protocol/words/units.ts';

/** A part of a result: a heading over names and values, or over what an archive holds. */
export interface ResultSection {
  readonly title: string;
  readonly rows: readonly ResultRow[];
}

export interface ResultRow {
  readonly name: string;
  readonly value: string;
  /** Set in the data face; with a button that copies it when it is long. */
  readonly isData: boolean;
}

export interface ListedEntry {
  readonly path: string;
  readonly kind: string;
  readonly sizeBytes: number;
}

/** A result of `file_extract`, taken apart for people. What is not known by name is shown all the same. */
export interface ExtractResult {
  readonly warnings: readonly string[];
  readonly sections: readonly ResultSection[];
  readonly entries: readonly ListedEntry[];
  /** Entries of the archive that the job left out of its list. */
  readonly entriesOmitted: number;
}

type Facts = Readonly<Record<string, unknown>>;

const titles: Readonly<Record<string, string>> = {
  image: 'Picture',
  exif: 'Camera (EXIF)',
  pdf: 'PDF document',
  text: 'Text',
  archive: 'Archive',
};

/** Shown in this order before all others. */
const first = ['mime', 'size_bytes', 'sha256', 'format', 'title', 'author', 'pages', 'encoding', 'lines', 'words'];
const firstOfExif = [
  'Make',
  'Model',
  'LensModel',
  'DateTimeOriginal',
  'ExposureTime',
  'FNumber',
  'ISO',
  'FocalLength',
  'latitude',
  'longitude',
];

/** How sharp names what a channel's value is stored in. */
const sampleFormats: Readonly<Record<string, string>> = {
  uchar: '8 bit',
  char: '8 bit',
  ushort: '16 bit',
  short: '16 bit',
  uint: '32 bit',
  int: '32 bit',
  float: '32 bit float',
  double: '64 bit float',
};

/** Of no use to a person: versions of the standard, and what the picture itself says better. */
const noise = new Set([
  'ColorSpace',
  'ComponentsConfiguration',
  'ExifImageHeight',
  'ExifImageWidth',
  'ExifVersion',
  'FlashpixVersion',
  'ResolutionUnit',
  'XResolution',
  'YCbCrPositioning',
  'YResolution',
  'entries',
  'entries_omitted',
  'warnings',
]);

/** A result in a few words, for a line of a list: `image/jpeg, 1600 × 1067 px`. */
export function gistOf(result: Facts): string {
  const { image, pdf, archive, text } = result;
  const mime = factsOf(result['type'])?.['mime'];
  const [picture, document, listing, counts] = [image, pdf, archive, text].map((part) => factsOf(part));
  const parts: string[] = [];
  if (typeof mime === 'string') parts.push(mime);
  if (typeof picture?.['width'] === 'number' && typeof picture['height'] === 'number') {
    parts.push(`${picture['width']} × ${picture['height']} px`);
  } else if (typeof document?.['pages'] === 'number') parts.push(plural(document['pages'], 'page', 'pages'));
  else if (typeof listing?.['entry_count'] === 'number') parts.push(plural(listing['entry_count'], 'entry', 'entries'));
  else if (typeof counts?.['lines'] === 'number') parts.push(plural(counts['lines'], 'line', 'lines'));
  return parts.join(', ');
}

function plural(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Takes a job's result apart. */
export function readResult(result: Facts): ExtractResult {
  const warnings = Array.isArray(result['warnings']) ? result['warnings'].map(String) : [];
  const archive = factsOf(result['archive']);
  const sections: ResultSection[] = [];
  const { type, ...rest } = result;
  const general = rowsOf({ ...rest, mime: factsOf(type)?.['mime'] ?? type }, first);
  if (general.length > 0) sections.push({ title: 'File', rows: general });
  addSections(sections, rest);
  return {
    warnings,
    sections,
    entries: entriesOf(archive?.['entries']),
    entriesOmitted: typeof archive?.['entries_omitted'] === 'number' ? archive['entries_omitted'] : 0,
  };
}

function addSections(sections: ResultSection[], facts: Facts): void {
  for (const [key, value] of Object.entries(facts)) {
    const inner = factsOf(value);
    if (!inner || key === 'page_size_pt') continue;
    const rows = rowsOf(inner, key === 'exif' ? firstOfExif : first);
    if (rows.length > 0) sections.push({ title: titles[key] ?? words(key), rows });
    addSections(sections, inner);
  }
}

function factsOf(value: unknown): Facts | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Facts) : undefined;
}

function rowsOf(facts: Facts, order: readonly string[]): readonly ResultRow[] {
  const { width, height, page_size_pt: page, ...rest } = facts;
  const rows: ResultRow[] = [];
  if (typeof width === 'number' && typeof height === 'number') {
    rows.push({ name: 'Dimensions', value: `${width} × ${height} px`, isData: true });
  }
  const size = factsOf(page);
  if (size && typeof size['width'] === 'number' && typeof size['height'] === 'number') {
    rows.push({ name: 'Page size', value: pageSize(size['width'], size['height']), isData: true });
  }
  const place = (key: string): number => {
    const at = order.indexOf(key);
    return at < 0 ? order.length : at;
  };
  for (const key of Object.keys(rest).sort((a, b) => place(a) - place(b))) {
    if (noise.has(key)) continue;
    const value = valueText(key, rest[key]);
    if (value !== undefined) rows.push({ name: words(key), value, isData: typeof rest[key] !== 'boolean' });
  }
  return rows;
}

function valueText(key: string, value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      if (key === 'bit_depth') return sampleFormats[value] ?? value;
      return value === '' ? undefined : value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/u, '$1 $2');
    case 'boolean':
      return value ? 'yes' : 'no';
    case 'number':
      return numberText(key, value);
    default:
      // Short lists of plain values read well on a line; everything deeper has a section of its own.
      return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item !== 'object')
        ? value.join(', ')
        : undefined;
  }
}

function numberText(key: string, value: number): string {
  if (key.endsWith('_bytes')) return `${formatSize(value)} (${formatCount(value)} bytes)`;
  switch (key) {
    case 'ExposureTime':
      return value > 0 && value < 1 ? `1/${Math.round(1 / value)} s` : `${value} s`;
    case 'FNumber':
      return `f/${value}`;
    case 'FocalLength':
      return `${value} mm`;
    case 'latitude':
    case 'longitude':
      return `${value.toFixed(5)}°`;
    case 'density':
      return `${value} dpi`;
    default:
      return Number.isInteger(value) ? formatCount(value) : String(value);
  }
}

const knownPages = [
  ['A3', 842, 1191],
  ['A4', 595, 842],
  ['A5', 420, 595],
  ['Letter', 612, 792],
  ['Legal', 612, 1008],
] as const;

/** Points as millimetres, with the name of the format where it has one. */
function pageSize(width: number, height: number): string {
  const known = knownPages.find(
    ([, a, b]) =>
      (Math.abs(width - a) <= 2 && Math.abs(height - b) <= 2) ||
      (Math.abs(width - b) <= 2 && Math.abs(height - a) <= 2),
  );
  const mm = (points: number): number => Math.round((points * 25.4) / 72);
  return `${mm(width)} × ${mm(height)} mm${known ? ` (${known[0]})` : ''}`;
}

/** `color_space` → `Color space`, `LensModel` → `Lens model`, `sha256` → `SHA-256`. */
function words(key: string): string {
  if (key === 'sha256') return 'SHA-256';
  if (key === 'mime') return 'Type';
  if (key === 'DateTimeOriginal') return 'Taken';
  if (key === 'FNumber') return 'Aperture';
  if (/^[A-Z]+$/u.test(key)) return key;
  const text = key
    .replace(/_bytes$/u, '')
    .replaceAll('_', ' ')
    .replaceAll(/([a-z\d])([A-Z])/gu, '$1 $2')
    .toLowerCase();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function entriesOf(value: unknown): readonly ListedEntry[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown): ListedEntry[] => {
    const entry = factsOf(item);
    if (typeof entry?.['path'] !== 'string') return [];
    const { path, kind, size_bytes: size } = entry;
    return [{ path, kind: typeof kind === 'string' ? kind : 'file', sizeBytes: typeof size === 'number' ? size : 0 }];
  });
}
