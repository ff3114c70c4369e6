import { isTextType } from '../../protocol/text-type.ts';
import { nameOf } from '../paths/path.ts';
import { looksLikeText } from './text-sniff.ts';

const UNKNOWN = 'application/octet-stream';
const MIME = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/u;

/** Types by extension, where the content does not show them: kinds of text, and formats in a common container. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  log: 'text/plain',
  ini: 'text/plain',
  conf: 'text/plain',
  md: 'text/markdown',
  markdown: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  ics: 'text/calendar',
  js: 'text/javascript',
  mjs: 'text/javascript',
  cjs: 'text/javascript',
  jsx: 'text/javascript',
  ts: 'text/x-typescript',
  tsx: 'text/x-typescript',
  py: 'text/x-python',
  go: 'text/x-go',
  rs: 'text/x-rust',
  java: 'text/x-java',
  c: 'text/x-c',
  h: 'text/x-c',
  cpp: 'text/x-c++',
  rb: 'text/x-ruby',
  sh: 'application/x-sh',
  sql: 'application/sql',
  toml: 'application/toml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  json: 'application/json',
  jsonl: 'application/jsonl',
  ndjson: 'application/jsonl',
  geojson: 'application/geo+json',
  xml: 'application/xml',
  xhtml: 'application/xhtml+xml',
  svg: 'image/svg+xml',
  rtf: 'application/rtf',
  tex: 'application/x-tex',
  diff: 'text/x-diff',
  patch: 'text/x-diff',
  vtt: 'text/vtt',
  srt: 'application/x-subrip',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  epub: 'application/epub+zip',
  jar: 'application/java-archive',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
};
/** Containers: here the extension says more than the content. */
const CONTAINERS = new Set(['application/zip', 'application/x-cfb']);

/**
 * The media type of a content: from its first bytes, else from what its writer said, else from its name. A
 * name never turns binary content into text, nor text into binary.
 */
export async function contentTypeOf(head: Uint8Array, path: string, announced?: string): Promise<string> {
  const said = mediaType(announced);
  const named = BY_EXTENSION[extensionOf(path)];
  if (head.byteLength === 0) return said ?? named ?? UNKNOWN;
  if (looksLikeText(head)) return markedText(head) ?? [said, named].find(isTextType) ?? 'text/plain';

  const found = await binaryType(head);
  if (found === undefined) return [said, named].find((type) => type !== undefined && !isTextType(type)) ?? UNKNOWN;
  return CONTAINERS.has(found)
    ? ([named, said].find((type) => type !== undefined && !isTextType(type)) ?? found)
    : found;
}

/** Type and subtype in lower case, without parameters; undefined for what is no media type. */
export function mediaType(text: string | undefined): string | undefined {
  const type = text?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type.length <= 127 && MIME.test(type) && type !== UNKNOWN ? type : undefined;
}

/** Formats that begin like text and name themselves. */
function markedText(head: Uint8Array): string | undefined {
  const start = Buffer.from(head.subarray(0, 1024)).toString('latin1');
  if (start.startsWith('%PDF-')) return 'application/pdf';
  if (start.startsWith('%!PS')) return 'application/postscript';
  if (start.startsWith('{\\rtf')) return 'application/rtf';
  return /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/u.test(start)
    ? 'image/svg+xml'
    : undefined;
}

async function binaryType(head: Uint8Array): Promise<string | undefined> {
  const { fileTypeFromBuffer } = await import('file-type');
  // Some parsers throw because the content is cut off after the head; then the type is unknown.
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  return found?.mime;
}

function extensionOf(path: string): string {
  const name = nameOf(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}
