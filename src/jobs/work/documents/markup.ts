import { tables } from '@joplin/turndown-plugin-gfm';
import { Marked } from 'marked';
import TurndownService from 'turndown';

/** Parts of a page that nobody reads. */
const UNREAD = ['script', 'style', 'noscript', 'template', 'title'] as const;

/** HTML as Markdown, with tables as GitHub writes them. */
export function markdownOfHtml(html: string): string {
  const service = turndown();
  service.use(tables);
  return `${service.turndown(html).trim()}\n`;
}

/** HTML as plain text: headings and paragraphs as lines, lists with dashes, cells with tabs between, links by address. */
export function textOfHtml(html: string): string {
  const service = turndown();
  service.escape = (text) => text;
  const plain = (content: string): string => content;
  service.addRule('plain', { filter: ['em', 'i', 'strong', 'b', 'code', 'del'], replacement: plain });
  service.addRule('block', {
    filter: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote'],
    replacement: (content) => `\n\n${content.trim()}\n\n`,
  });
  service.addRule('link', {
    filter: (node) => element(node).nodeName === 'A' && attributeOf(node, 'href') !== '',
    replacement: (content, node) => {
      const href = attributeOf(node, 'href');
      return href === '' || href === content || href.startsWith('#') ? content : `${content} (${href})`;
    },
  });
  service.addRule('cell', {
    filter: ['td', 'th'],
    replacement: (content) => `${content.replaceAll(/\s+/gu, ' ').trim()}\t`,
  });
  service.addRule('part', { filter: ['thead', 'tbody', 'tfoot'], replacement: plain });
  service.addRule('item', {
    filter: 'li',
    replacement: (content, node, options) => {
      const { parentNode: list } = element(node);
      const mark = list?.nodeName === 'OL' ? `${placeIn(list, node)}.` : options.bulletListMarker;
      return `${mark} ${content.trim().replaceAll('\n', '\n  ')}\n`;
    },
  });
  service.addRule('row', { filter: 'tr', replacement: (content) => `${content.replace(/\t$/u, '')}\n` });
  service.addRule('table', { filter: 'table', replacement: (content) => `\n\n${content.trim()}\n\n` });
  return `${service.turndown(html).trim()}\n`;
}

function turndown(): TurndownService {
  const service = new TurndownService({ headingStyle: 'atx', bulletListMarker: '-', codeBlockStyle: 'fenced' });
  service.remove([...UNREAD]);
  // Pictures of a document have no address outside of it.
  service.addRule('picture', {
    filter: 'img',
    replacement: (_, node) => {
      const [alt, src] = [attributeOf(node, 'alt'), attributeOf(node, 'src')];
      return src === '' || src.startsWith('data:') ? alt : `![${alt}](${src})`;
    },
  });
  return service;
}

/** What is used of an element of turndown's document, which has no types here. */
interface MarkupElement {
  readonly nodeName: string;
  readonly parentNode: MarkupElement | null;
  readonly childNodes: ArrayLike<MarkupElement>;
  readonly getAttribute?: (name: string) => string | null;
}

function element(node: unknown): MarkupElement {
  return node as MarkupElement; // turndown gives nothing else
}

/** The number of an item among those of its list, from 1. */
function placeIn(list: MarkupElement, item: unknown): number {
  const items = Array.from(list.childNodes).filter(({ nodeName }) => nodeName === 'LI');
  return items.indexOf(element(item)) + 1;
}

/** An attribute of an element; `''` where there is none. */
function attributeOf(node: unknown, name: string): string {
  const found = element(node);
  return found.getAttribute?.(name) ?? '';
}

const SAFE_ADDRESS = /^(?:https?:|mailto:|tel:|[^:]*$|[^:]*[/?#])/iu;

/** Markdown as a page of its own. HTML in it is shown as text, and runs nothing. */
export function htmlOfMarkdown(markdown: string, name: string): string {
  const marked = new Marked({ gfm: true, async: false });
  marked.use({
    walkTokens: (token) => {
      if ((token.type === 'link' || token.type === 'image') && !SAFE_ADDRESS.test(String(token['href'])))
        token['href'] = '#';
    },
    renderer: { html: ({ text }) => escaped(text) },
  });
  const body = marked.parse(markdown, { async: false });
  const title = escaped(name.replace(/\.[^.]+$/u, ''));
  return `<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n${body}</body>\n</html>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
