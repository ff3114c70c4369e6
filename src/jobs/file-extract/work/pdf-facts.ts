import { readFile } from 'node:fs/promises';
import { reasonOf, Unreadable } from '../../work/job-work.ts';
import type { ExtractContext } from './context.ts';
import { plainText } from './plain-values.ts';

/** A PDF is read whole, so it must fit into the worker's memory. */
const MAX_PDF_BYTES = 256 * 1024 * 1024;

/** Page count and what the document's information says. */
export async function pdfFacts(context: ExtractContext): Promise<Record<string, unknown>> {
  if (context.sizeBytes > MAX_PDF_BYTES) {
    context.warn(`PDF documents of more than ${MAX_PDF_BYTES} bytes are not opened.`);
    return {};
  }
  const { getDocumentProxy, getMeta } = await import('unpdf');
  const data = new Uint8Array(await readFile(context.file));
  const document = await getDocumentProxy(data, { verbosity: 0, isEvalSupported: false, useSystemFonts: false }).catch(
    (error: unknown) => {
      if (error instanceof Error && error.name === 'PasswordException') return undefined;
      throw new Unreadable(`The PDF document cannot be read: ${reasonOf(error)}`);
    },
  );
  if (!document) {
    context.warn('The PDF document needs a password.');
    return { encrypted: true };
  }
  try {
    context.log(`PDF document of ${document.numPages} pages`);
    const facts: Record<string, unknown> = { pages: document.numPages, encrypted: false };
    const { info } = await getMeta(document).catch((error: unknown) => {
      context.warn(`The document's information cannot be read: ${reasonOf(error)}`);
      return { info: {} };
    });
    for (const [name, key] of Object.entries(INFO)) {
      const value: unknown = (info as Record<string, unknown>)[key]; // whatever the file says
      if (typeof value === 'string' && plainText(value) !== '') facts[name] = plainText(value);
    }
    const page = await document.getPage(1).catch((error: unknown) => {
      context.warn(`The first page cannot be read: ${reasonOf(error)}`);
      return undefined;
    });
    if (page) {
      const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
      facts['page_size_pt'] = { width: right - left, height: top - bottom };
    }
    return facts;
  } finally {
    await document.destroy();
  }
}

const INFO = {
  title: 'Title',
  author: 'Author',
  subject: 'Subject',
  keywords: 'Keywords',
  creator: 'Creator',
  producer: 'Producer',
  created: 'CreationDate',
  modified: 'ModDate',
  version: 'PDFFormatVersion',
} as const;
