import { open } from 'node:fs/promises';
import { looksLikeText } from '../../../files/text-sniff.ts';
import { reasonOf, Unreadable, type ExtractContext } from './context.ts';
import { readThrough } from './read-through.ts';

const HEAD_BYTES = 64 * 1024;

export interface ExtractInput {
  readonly file: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** As the file's version has it. */
  readonly mime: string;
}

/** How the extraction speaks while it works. */
export type ExtractVoice = Pick<ExtractContext, 'report' | 'log'>;

/**
 * All that can be told of a file by itself. What one part of it cannot make out is a warning; when
 * the file is not what it claims to be at all, it throws {@link Unreadable}.
 */
export async function extractFile(input: ExtractInput, voice: ExtractVoice): Promise<Record<string, unknown>> {
  const warnings: string[] = [];
  const context: ExtractContext = {
    file: input.file,
    name: input.name,
    sizeBytes: input.sizeBytes,
    report: voice.report,
    log: voice.log,
    warn: (line) => {
      warnings.push(line);
      voice.log(`Warning: ${line}`);
    },
  };
  const head = await readHead(input);
  if (head.byteLength === 0) context.warn('The file is empty.');
  const type = await typeOf(input, head, context);
  voice.log(`${type.mime}, ${input.sizeBytes} bytes`);

  const { sha256, text } = await readThrough(context, head, type.kind !== 'binary');
  if (sha256 !== input.sha256)
    throw new Unreadable(`The stored content is damaged: its SHA-256 is ${sha256}, not ${input.sha256}.`);
  if (text) voice.log(`Text in ${text.encoding}: ${counted(text.lines, 'line')}, ${counted(text.words, 'word')}`);
  voice.report(0.8, 'Looking at the format');
  const facts = await formatFacts(context, type.mime, head);
  voice.report(1, 'Done');
  return { type, size_bytes: input.sizeBytes, sha256, ...(text && { text }), ...facts, warnings };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

async function formatFacts(context: ExtractContext, mime: string, head: Buffer): Promise<Record<string, unknown>> {
  if (mime.startsWith('image/')) {
    const { imageFacts } = await import('./image-facts.ts');
    return { image: await imageFacts(context, mime) };
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

async function typeOf(input: ExtractInput, head: Buffer, context: ExtractContext) {
  const kind = head.byteLength === 0 ? 'empty' : looksLikeText(head) ? 'text' : 'binary';
  // Some PDF documents have no byte that text has not; their source is nothing to read.
  if (input.mime === 'application/pdf') return { mime: input.mime, kind: 'binary' as const, extension: 'pdf' };
  if (kind !== 'binary') return { mime: input.mime, kind };
  const { fileTypeFromFile } = await import('file-type');
  const found = await fileTypeFromFile(input.file).catch((error: unknown) => {
    context.warn(`Its type cannot be told from its content: ${reasonOf(error)}`);
    return undefined;
  });
  return found ? { mime: found.mime, kind, extension: found.ext } : { mime: input.mime, kind };
}

async function readHead(input: ExtractInput): Promise<Buffer> {
  const handle = await open(input.file, 'r').catch((error: unknown) => {
    throw new Unreadable(`The stored content cannot be opened: ${reasonOf(error)}`);
  });
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
