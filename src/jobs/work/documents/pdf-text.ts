import { readFile } from 'node:fs/promises';
import { reasonOf, Unreadable } from '../job-work.ts';

/** Lines that are so much higher than most are headings. */
const HEADING_RATIO = 1.15;

interface Line {
  readonly text: string;
  /** In points. */
  readonly height: number;
  readonly y: number;
}

/** How the text of a PDF document is to be, and what is called while it is read. */
export interface PdfTextOptions {
  readonly location: string;
  /** As Markdown, lines set larger than most are headings, and bullets a list. */
  readonly isMarkdown: boolean;
  readonly report?: (fraction: number, message: string) => void;
}

/** The texts of a PDF document's pages, in order. Throws {@link Unreadable}. */
export async function pdfPages({ location, isMarkdown, report }: PdfTextOptions): Promise<readonly string[]> {
  const { getDocumentProxy } = await import('unpdf');
  const data = new Uint8Array(await readFile(location));
  const options = { verbosity: 0, isEvalSupported: false, useSystemFonts: false } as const;
  const document = await getDocumentProxy(data, options).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'PasswordException')
      throw new Unreadable('The PDF document needs a password; take the password off and upload it again.');
    throw new Unreadable(`The PDF document cannot be read: ${reasonOf(error)}`);
  });
  try {
    const pages: (readonly Line[])[] = [];
    for (let number = 1; number <= document.numPages; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      pages.push(linesOf(items.filter((item) => 'str' in item)));
      page.cleanup();
      report?.(number / document.numPages, `Page ${number} of ${document.numPages}`);
    }
    const usual = usualHeight(pages.flat());
    return pages.map((lines) => (isMarkdown ? markdown(lines, usual) : plain(lines)));
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`The PDF document cannot be read: ${reasonOf(error)}`);
  } finally {
    await document.destroy();
  }
}

/** Pieces of text put together to lines, in the order in which the document has them. */
function linesOf(
  items: readonly {
    readonly str: string;
    readonly transform: readonly unknown[];
    readonly height: number;
    readonly hasEOL: boolean;
  }[],
): readonly Line[] {
  const lines: Line[] = [];
  let [text, height, y] = ['', 0, 0];
  const end = (): void => {
    if (text.trim() !== '') lines.push({ text: text.trim(), height, y });
    [text, height] = ['', 0];
  };
  for (const item of items) {
    const at = Number(item.transform[5] ?? 0);
    if (text !== '' && Math.abs(at - y) > Math.max(height, item.height) / 2) end();
    text += item.str;
    height = Math.max(height, item.height);
    y = at;
    if (item.hasEOL) end();
  }
  end();
  return lines;
}

/** The height in which most characters are set. */
function usualHeight(lines: readonly Line[]): number {
  const characters = new Map<number, number>();
  for (const { height, text } of lines) {
    const rounded = Math.round(height * 2) / 2;
    characters.set(rounded, (characters.get(rounded) ?? 0) + text.length);
  }
  return [...characters].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

/** Lines as paragraphs, with a blank line where there is a gap on the page. */
function plain(lines: readonly Line[]): string {
  return lines.map((line, at) => (isApart(lines[at - 1], line) ? `\n${line.text}` : line.text)).join('\n');
}

function markdown(lines: readonly Line[], usual: number): string {
  const parts: string[] = [];
  for (const [at, line] of lines.entries()) {
    const bullet = /^[•‣◦▪–]\s*(.+)$/u.exec(line.text)?.[1];
    if (line.height > usual * HEADING_RATIO) {
      parts.push(`\n${line.height > usual * 1.5 ? '#' : '##'} ${line.text}\n`);
    } else if (bullet !== undefined) parts.push(`- ${bullet}`);
    else parts.push(isApart(lines[at - 1], line) ? `\n${line.text}` : line.text);
  }
  return parts
    .join('\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}

function isApart(before: Line | undefined, line: Line): boolean {
  return before !== undefined && Math.abs(before.y - line.y) > Math.max(before.height, line.height) * 1.8;
}
