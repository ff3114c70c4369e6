import { counted } from '../../protocol/words/units.ts';
import {
  readFacts,
  valuesOf,
  type FactStyle,
  type JobFacts,
  type ListedEntry,
  type ResultValues,
} from '../job-facts.ts';

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

const style: FactStyle = {
  title: 'File',
  titles: { image: 'Picture', exif: 'Camera (EXIF)', pdf: 'PDF document', text: 'Text', archive: 'Archive' },
  names: { mime: 'Type', page_size_pt: 'Page size', DateTimeOriginal: 'Taken', FNumber: 'Aperture' },
  order: [
    'page_size_pt',
    'mime',
    'size_bytes',
    'sha256',
    'format',
    'title',
    'author',
    'pages',
    'encoding',
    'lines',
    'words',
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
  ],
  // Of no use to a person: versions of the standard, and what the picture itself says better.
  hidden: new Set([
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
  ]),
  text: textOf,
};

/** What an extraction found, in sections: file, picture, camera, document, text, archive with its entries. */
export function extractFacts(result: ResultValues): JobFacts {
  const { type, ...rest } = result;
  const archive = valuesOf(result['archive']);
  return {
    ...readFacts({ ...rest, mime: valuesOf(type)?.['mime'] ?? type }, style),
    entries: entriesOf(archive?.['entries']),
    entriesOmitted: typeof archive?.['entries_omitted'] === 'number' ? archive['entries_omitted'] : 0,
  };
}

/** An extraction in a few words: `image/jpeg, 1600 × 1067 px`. */
export function extractGist(result: ResultValues): string {
  const mime = valuesOf(result['type'])?.['mime'];
  const [picture, document, archive, text] = ['image', 'pdf', 'archive', 'text'].map((part) => valuesOf(result[part]));
  const parts: string[] = [];
  if (typeof mime === 'string') parts.push(mime);
  if (typeof picture?.['width'] === 'number' && typeof picture['height'] === 'number') {
    parts.push(`${picture['width']} × ${picture['height']} px`);
  } else if (typeof document?.['pages'] === 'number') parts.push(counted(document['pages'], 'page'));
  else if (typeof archive?.['entry_count'] === 'number')
    parts.push(counted(archive['entry_count'], 'entry', 'entries'));
  else if (typeof text?.['lines'] === 'number') parts.push(counted(text['lines'], 'line'));
  return parts.join(', ');
}

function textOf(key: string, value: unknown): string | undefined {
  if (typeof value === 'string') return key === 'bit_depth' ? sampleFormats[value] : undefined;
  if (key === 'page_size_pt') {
    const { width, height } = valuesOf(value) ?? {};
    return typeof width === 'number' && typeof height === 'number' ? pageSize(width, height) : undefined;
  }
  if (typeof value !== 'number') return undefined;
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
      return undefined;
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

function entriesOf(value: unknown): readonly ListedEntry[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown): ListedEntry[] => {
    const entry = valuesOf(item);
    if (typeof entry?.['path'] !== 'string') return [];
    const { path, kind, size_bytes: size } = entry;
    return [{ path, kind: typeof kind === 'string' ? kind : 'file', sizeBytes: typeof size === 'number' ? size : 0 }];
  });
}
