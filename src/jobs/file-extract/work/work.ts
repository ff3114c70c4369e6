import { looksLikeText } from '../../../hub/files/text-sniff.ts';
import { counted } from '../../../protocol/words/units.ts';
import type { SourceFile } from '../../job-task.ts';
import { reasonOf, sourceOf, Unreadable, type JobWork } from '../../work/job-work.ts';
import { readHead } from '../../work/read-head.ts';
import { readThrough } from '../../work/read-through.ts';
import type { fileExtract } from '../kind.ts';
import type { ExtractContext } from './context.ts';

/**
 * All that a file shows by itself. What one part of it cannot read is a warning; when
 * the file is not what it claims to be at all, it throws {@link Unreadable}.
 */
export const work: JobWork<typeof fileExtract> = async (task, { report, log }) => {
  const file = sourceOf(task);
  const warnings: string[] = [];
  const context: ExtractContext = {
    file: file.location,
    name: file.name,
    sizeBytes: file.sizeBytes,
    report,
    log,
    warn: (line) => {
      warnings.push(line);
      log(`Warning: ${line}`);
    },
  };
  const head = await readHead(file.location);
  if (head.byteLength === 0) context.warn('The file is empty.');
  const type = await typeOf(file, head, context);
  log(`${type.mime}, ${file.sizeBytes} bytes`);

  const { sha256, text } = await readThrough(context, head, type.kind !== 'binary');
  if (sha256 !== file.sha256)
    throw new Unreadable(`The stored content is damaged: its SHA-256 is ${sha256}, not ${file.sha256}.`);
  if (text) log(`Text in ${text.encoding}: ${counted(text.lines, 'line')}, ${counted(text.words, 'word')}`);
  report(0.8, 'Looking at the format');
  const facts = await formatFacts(context, type.mime, head);
  report(1, 'Done');
  return { type, size_bytes: file.sizeBytes, sha256, ...(text && { text: { ...text } }), ...facts, warnings };
};

type FormatFacts = { [Part in 'image' | 'pdf' | 'archive']?: Record<string, unknown> };

async function formatFacts(context: ExtractContext, mime: string, head: Buffer): Promise<FormatFacts> {
  if (mime === 'image/svg+xml') {
    const { svgFacts } = await import('./svg-facts.ts');
    return { image: svgFacts(context, head) };
  }
  if (mime.startsWith('image/')) {
    const { imageFacts } = await import('./image-facts.ts');
    return { image: await imageFacts(context) };
  }
  if (mime === 'application/pdf') {
    const { pdfFacts } = await import('./pdf-facts.ts');
    return { pdf: await pdfFacts(context) };
  }
  if (head.subarray(0, 4).equals(ZIP_ENTRY) || head.subarray(0, 4).equals(ZIP_END)) {
    const { zipFacts } = await import('./zip-listing.ts');
    return { archive: await zipFacts(context) };
  }
  if (mime === 'application/x-tar' || mime === 'application/gzip') {
    const { tarFacts, gzipFacts } = await import('./tar-listing.ts');
    return { archive: mime === 'application/gzip' ? await gzipFacts(context) : await tarFacts(context) };
  }
  return {};
}

/** How a ZIP file begins: with an entry, or when it has none with the end of its directory. */
const ZIP_ENTRY = Buffer.from('PK\u0003\u0004', 'latin1');
const ZIP_END = Buffer.from('PK\u0005\u0006', 'latin1');

async function typeOf(file: SourceFile, head: Buffer, context: ExtractContext) {
  const kind =
    head.byteLength === 0 ? ('empty' as const) : looksLikeText(head) ? ('text' as const) : ('binary' as const);
  // Some PDF documents have no byte that text has not; their source is nothing to read.
  if (file.mime === 'application/pdf') return { mime: file.mime, kind: 'binary' as const, extension: 'pdf' };
  if (kind !== 'binary') return { mime: file.mime, kind };
  const { fileTypeFromFile } = await import('file-type');
  const found = await fileTypeFromFile(file.location).catch((error: unknown) => {
    context.warn(`Its content does not show its type: ${reasonOf(error)}`);
    return undefined;
  });
  return found ? { mime: found.mime, kind, extension: found.ext } : { mime: file.mime, kind };
}
