import { writeFile } from 'node:fs/promises';
import { looksLikeText } from '../../../hub/files/text-sniff.ts';
import { formatSize } from '../../../protocol/words/units.ts';
import type { JobTask, SourceFile } from '../../job-task.ts';
import { JobFailed, sourceOf, targetOf } from '../../work/job-work.ts';
import { readHead } from '../../work/read-head.ts';
import { mustBeSound } from '../../work/sound-source.ts';
import type { WholeTextFacts, TextPassage } from '../text-passage.ts';
import { cutText, type TextPart } from './cut-text.ts';

/** Larger files are not read. */
const TEXT_BYTES = 32 * 1024 * 1024;
const DOCUMENT_BYTES = 64 * 1024 * 1024;

/** A file's text in parts, and how it is to be cut. */
interface ReadText {
  readonly parts: readonly TextPart[];
  readonly isMarkdown: boolean;
  readonly hasLines: boolean;
  /** How many pages, slides or sheets there are. */
  readonly count?: number;
}

/**
 * Writes the passages of a file as lines of JSON, after a first line with {@link WholeTextFacts}. A file that has no text
 * ends as `unsupported`, with why; one that cannot be read as `unreadable_file`.
 */
export async function work(task: JobTask): Promise<WholeTextFacts> {
  const file = sourceOf(task);
  const { location, maxBytes } = targetOf(task);
  const read = await readerOf(file);
  if (file.sizeBytes > 0) await mustBeSound(file);
  const { parts, isMarkdown, hasLines, count } = await read();
  const passages: TextPassage[] = [];
  const cut = cutText(parts, { isMarkdown, hasLines, onPassage: (passage) => passages.push(passage) });
  if (passages.length === 0 && count !== undefined)
    throw new JobFailed('unsupported', 'It has no text; it may be made of pictures.');
  const facts: WholeTextFacts = { ...cut, ...(count === undefined ? {} : { parts: count }) };
  const lines = [facts, ...passages].map((each) => `${JSON.stringify(each)}\n`);
  const bytes = lines.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
  if (bytes > maxBytes) throw new JobFailed('unsupported', `Its text is larger than ${formatSize(maxBytes)}.`);
  await writeFile(location, lines, { mode: 0o600 });
  return facts;
}

/** What reads a file of this kind. @throws JobFailed `unsupported` */
async function readerOf(file: SourceFile): Promise<() => Promise<ReadText>> {
  const document = DOCUMENTS[file.mime];
  const most = document ? DOCUMENT_BYTES : TEXT_BYTES;
  const head = document ? undefined : await readHead(file.location);
  if (head && (/^(?:image|audio|video|font)\//u.test(file.mime) || !looksLikeText(head) || isSvg(head)))
    throw new JobFailed('unsupported', `${file.mime} has no text that is read.`);
  if (file.sizeBytes > most) {
    const size = `${formatSize(file.sizeBytes)}; ${document ? 'documents' : 'texts'} up to ${formatSize(most)} are read`;
    throw new JobFailed('unsupported', `It is ${size}.`);
  }
  return () => (document ? document(file.location) : plainText(file));
}

function isSvg(head: Uint8Array): boolean {
  return /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*)?<svg[\s>]/u.test(
    Buffer.from(head).toString('latin1').slice(0, 2_000),
  );
}

const HTML = { isMarkdown: true, hasLines: false };

const DOCUMENTS: Readonly<Record<string, (location: string) => Promise<ReadText>>> = {
  'application/pdf': async (location) => {
    const { pdfPages } = await import('../../work/documents/pdf-text.ts');
    const pages = await pdfPages({ location, isMarkdown: true });
    return { ...HTML, count: pages.length, parts: apart(pages).map((text, at) => ({ text, place: { page: at + 1 } })) };
  },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': async (location) => {
    const { docxHtml } = await import('../../work/documents/docx-html.ts');
    return ofHtml([await docxHtml(location, () => undefined)]);
  },
  'application/vnd.oasis.opendocument.text': async (location) => {
    const { odtHtml } = await import('../../work/documents/odt-html.ts');
    return ofHtml([await odtHtml(location)]);
  },
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': async (location) => {
    const { pptxSlides } = await import('../../work/documents/pptx-html.ts');
    const slides = await pptxSlides(location);
    const { parts } = await ofHtml(slides);
    return { ...HTML, count: slides.length, parts: parts.map(({ text }, at) => ({ text, place: { slide: at + 1 } })) };
  },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': async (location) => {
    const { readSheets } = await import('../../work/documents/sheets.ts');
    const { cellText } = await import('../../work/documents/table-shape.ts');
    const sheets = await readSheets(location);
    const cell = (value: unknown): string => cellText(value).replaceAll(/\s+/gu, ' ').trim();
    const texts = sheets.map(({ rows }) => rows.map((row) => row.map(cell).join('\t')).join('\n'));
    const parts = apart(texts).map((text, at) => ({ text, place: { sheet: sheets[at]?.name ?? '' } }));
    return { isMarkdown: false, hasLines: false, count: sheets.length, parts };
  },
  'text/html': html,
  'application/xhtml+xml': html,
};

async function html(location: string): Promise<ReadText> {
  const { readText } = await import('../../work/documents/read-text.ts');
  return ofHtml([await readText(location)]);
}

async function ofHtml(pages: readonly string[]): Promise<ReadText> {
  const { markdownOfHtml } = await import('../../work/documents/markup.ts');
  return {
    ...HTML,
    parts: apart(pages.map((page) => markdownOfHtml(page).trim())).map((text) => ({ text, place: {} })),
  };
}

async function plainText({ location, mime }: SourceFile): Promise<ReadText> {
  const { readText } = await import('../../work/documents/read-text.ts');
  const text = await readText(location);
  return { isMarkdown: mime === 'text/markdown', hasLines: true, parts: [{ text, place: {} }] };
}

/** Texts that make one with an empty line between them. */
function apart(texts: readonly string[]): readonly string[] {
  return texts.map((text, at) => (at === texts.length - 1 ? text : `${text}\n\n`));
}
