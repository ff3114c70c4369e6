/** Formats of pictures; `svg` can only be read. */
const PICTURES = ['png', 'jpeg', 'webp', 'avif', 'tiff', 'gif'] as const;
const TABLES = ['csv', 'tsv', 'json', 'ndjson', 'xlsx'] as const;
const TEXTS = ['markdown', 'text', 'html'] as const;

/** What a file can be converted to. */
export const TARGET_FORMATS = [...PICTURES, ...TABLES, ...TEXTS] as const;
export type TargetFormat = (typeof TARGET_FORMATS)[number];

/** What can be converted, by its format: into what. */
const PAIRS = {
  png: PICTURES,
  jpeg: PICTURES,
  webp: PICTURES,
  avif: PICTURES,
  tiff: PICTURES,
  gif: PICTURES,
  svg: PICTURES,
  csv: TABLES,
  tsv: TABLES,
  json: TABLES,
  ndjson: TABLES,
  xlsx: [...TABLES, 'markdown', 'text'],
  docx: ['markdown', 'text'],
  odt: ['markdown', 'text'],
  pptx: ['markdown', 'text'],
  pdf: ['markdown', 'text'],
  html: ['markdown', 'text'],
  markdown: ['html'],
} as const satisfies Readonly<Record<string, readonly TargetFormat[]>>;
export type Source = keyof typeof PAIRS;

const BY_MIME: Readonly<Record<string, Source>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/tiff': 'tiff',
  'image/gif': 'gif',
  'image/svg+xml': 'svg',
  'text/csv': 'csv',
  'text/tab-separated-values': 'tsv',
  'application/json': 'json',
  'application/jsonl': 'ndjson',
  'application/x-ndjson': 'ndjson',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/pdf': 'pdf',
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'text/markdown': 'markdown',
};

const EXTENSIONS: Partial<Readonly<Record<TargetFormat, string>>> = { jpeg: 'jpg', markdown: 'md', text: 'txt' };

/** The format of a file by its media type, which its content has decided; undefined for one that cannot be converted. */
export function sourceFormat(mime: string): Source | undefined {
  return BY_MIME[mime];
}

/** What a format can be converted to. */
export function targetsOf(source: Source): readonly TargetFormat[] {
  return PAIRS[source];
}

/** Whether a format is a picture's. */
export function isPicture(format: TargetFormat): format is (typeof PICTURES)[number] {
  return PICTURES.some((each) => each === format);
}

/** Whether a format is a table's. */
export function isTable(format: Source | TargetFormat): format is (typeof TABLES)[number] {
  return TABLES.some((each) => each === format);
}

/** All pairs in words, for descriptions. */
export const PAIRS_IN_WORDS =
  `${PICTURES.join(', ')} and svg to ${PICTURES.join(', ')}; ${TABLES.join(', ')} among each other; ` +
  'docx, odt, pptx, xlsx, pdf and html to markdown and text; markdown to html';

/** Beside the source, with the extension of its new format. */
export function besideSource(path: string, target: TargetFormat): string {
  const slash = path.lastIndexOf('/');
  const dot = path.lastIndexOf('.');
  const stem = dot > slash + 1 ? path.slice(0, dot) : path;
  const extension = EXTENSIONS[target] ?? target;
  const beside = `${stem}.${extension}`;
  // A new picture of another size is no new version of the one that it is made of.
  return beside === path ? `${stem}-converted.${extension}` : beside;
}
