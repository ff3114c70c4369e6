import { isTextType } from '../../../protocol/text-type.ts';

export type PreviewKind = 'empty' | 'text' | 'image' | 'pdf' | 'audio' | 'video' | 'none';

/** Types that a browser decodes in an `<img>`; scripts in an SVG do not run there. */
const images = /^image\/(?:png|jpe?g|gif|webp|avif|apng|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)(?:$|;)/u;

/** How a file's content is shown, by its media type; `none` is offered as a download only. */
export function previewKind(mime: string, sizeBytes: number): PreviewKind {
  if (sizeBytes === 0) return 'empty';
  const type = mime.toLowerCase();
  if (images.test(type)) return 'image';
  if (type.startsWith('audio/')) return 'audio';
  if (type.startsWith('video/')) return 'video';
  if (type === 'application/pdf') return 'pdf';
  if (isTextType(type)) return 'text';
  return 'none';
}

/** The kind of a file in a few words, which also selects its icon. */
export type FileSort =
  | 'text'
  | 'code'
  | 'image'
  | 'pdf'
  | 'audio'
  | 'video'
  | 'archive'
  | 'sheet'
  | 'document'
  | 'binary';

const archives = /zip|x-tar|gzip|x-7z|x-rar|x-bzip|zstd|x-xz/u;
const sheets = /csv|spreadsheet|ms-excel/u;
const documents = /msword|wordprocessing|opendocument\.text|rtf|presentation|epub/u;
const code = /json|xml|yaml|toml|javascript|typescript|html|css|x-sh|sql|graphql/u;

export function fileSort(mime: string): FileSort {
  const type = mime.toLowerCase();
  if (type.startsWith('image/')) return 'image';
  if (type.startsWith('audio/')) return 'audio';
  if (type.startsWith('video/')) return 'video';
  if (type === 'application/pdf') return 'pdf';
  if (sheets.test(type)) return 'sheet';
  if (documents.test(type)) return 'document';
  if (archives.test(type)) return 'archive';
  if (code.test(type)) return 'code';
  if (type.startsWith('text/')) return 'text';
  return 'binary';
}
