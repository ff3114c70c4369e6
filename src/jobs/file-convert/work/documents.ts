import { reasonOf, Unreadable } from '../../work/job-work.ts';
import { boundedZip } from './bounded-zip.ts';
import { htmlOfMarkdown, markdownOfHtml, textOfHtml } from './markup.ts';
import { readText } from './read-text.ts';
import { cellText } from './table-shape.ts';
import type { Converted, ConvertContext } from './work.ts';

/** A document as Markdown, text or HTML: headings, lists, tables and links stay, looks and pictures do not. */
export async function convertDocument(context: ConvertContext): Promise<Converted> {
  const { from, to, file, report } = context;
  if (from === 'pdf') {
    const { pdfText } = await import('./pdf-text.ts');
    const { text, pages } = await pdfText(context);
    return { content: text, facts: { pages } };
  }
  if (to === 'html') return { content: htmlOfMarkdown(await readText(file.location), file.name) };
  report(0.1, 'Reading');
  const html = await htmlOf(context);
  report(0.6, 'Writing');
  return { content: to === 'markdown' ? markdownOfHtml(html) : textOfHtml(html) };
}

async function htmlOf(context: ConvertContext): Promise<string> {
  const { location } = context.file;
  switch (context.from) {
    case 'html':
      return readText(location);
    case 'docx':
      return docxHtml(context);
    case 'odt': {
      const { odtHtml } = await import('./odt-html.ts');
      return odtHtml(await mustHave(location, 'content.xml'));
    }
    case 'pptx': {
      const { pptxHtml } = await import('./pptx-html.ts');
      return pptxHtml(location);
    }
    default:
      return sheetsHtml(context);
  }
}

async function docxHtml({ file, warn }: ConvertContext): Promise<string> {
  (await boundedZip(file.location)).close();
  const { default: mammoth } = await import('mammoth');
  // Without a source a picture is left out by what reads the HTML.
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }));
  const { value, messages } = await mammoth
    .convertToHtml({ path: file.location }, { convertImage, externalFileAccess: false })
    .catch((error: unknown) => {
      throw new Unreadable(`The document cannot be read: ${reasonOf(error)}`);
    });
  for (const { type, message } of messages.slice(0, 5)) if (type === 'error') warn(message);
  return value;
}

async function sheetsHtml(context: ConvertContext): Promise<string> {
  const { readTables } = await import('./tables.ts');
  const sheets = await readTables(context);
  return sheets
    .map(({ name, rows: [head = [], ...rows] }) => {
      const line = (cell: 'td' | 'th', row: readonly unknown[]): string =>
        `<tr>${row.map((value) => `<${cell}>${escaped(cellText(value))}</${cell}>`).join('')}</tr>`;
      const body = rows.map((row) => line('td', row)).join('');
      return `<h2>${escaped(name)}</h2><table><thead>${line('th', head)}</thead><tbody>${body}</tbody></table>`;
    })
    .join('');
}

async function mustHave(location: string, part: string): Promise<string> {
  const zip = await boundedZip(location);
  try {
    const text = await zip.text(part);
    if (text === undefined) throw new Unreadable(`The document has no ${part}.`);
    return text;
  } finally {
    zip.close();
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
