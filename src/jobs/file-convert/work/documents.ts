import { htmlOfMarkdown, markdownOfHtml, textOfHtml } from '../../work/documents/markup.ts';
import { readText } from '../../work/documents/read-text.ts';
import { cellText } from '../../work/documents/table-shape.ts';
import type { Converted, ConvertContext } from './work.ts';

/** A document as Markdown, text or HTML: headings, lists, tables and links stay, looks and pictures do not. */
export async function convertDocument(context: ConvertContext): Promise<Converted> {
  const { from, to, file, report } = context;
  if (from === 'pdf') {
    const { pdfPages } = await import('../../work/documents/pdf-text.ts');
    const pages = await pdfPages({ location: file.location, isMarkdown: to === 'markdown', report });
    if (pages.every((text) => text === '')) context.warn('It has no text; it may be made of pictures.');
    return { content: `${pages.join('\n\n').trim()}\n`, facts: { pages: pages.length } };
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
    case 'docx': {
      const { docxHtml } = await import('../../work/documents/docx-html.ts');
      return docxHtml(location, context.warn);
    }
    case 'odt': {
      const { odtHtml } = await import('../../work/documents/odt-html.ts');
      return odtHtml(location);
    }
    case 'pptx': {
      const { pptxSlides } = await import('../../work/documents/pptx-html.ts');
      return (await pptxSlides(location)).join('');
    }
    default:
      return sheetsHtml(context);
  }
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

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
