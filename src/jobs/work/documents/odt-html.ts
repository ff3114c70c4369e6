import { Unreadable } from '../job-work.ts';
import { boundedZip } from './bounded-zip.ts';
import { below, html, parseXml, type XmlNode } from './xml.ts';

/** An OpenDocument text as HTML: headings, paragraphs, lists, tables and links. Throws {@link Unreadable}. */
export async function odtHtml(location: string): Promise<string> {
  const zip = await boundedZip(location);
  try {
    const content = await zip.text('content.xml');
    if (content === undefined) throw new Unreadable('The document has no content.xml.');
    return htmlOfContent(content);
  } finally {
    zip.close();
  }
}

function htmlOfContent(content: string): string {
  const root = parseXml(content);
  const numbered = numberedStyles(root);
  return below(root, 'office:text')
    .map(({ children }) => blocks(children, numbered))
    .join('');
}

/** Names of the list styles whose first level has numbers. */
function numberedStyles(root: readonly XmlNode[]): ReadonlySet<string> {
  const styles = below(root, 'text:list-style').filter(
    ({ children }) =>
      children.find(({ name }) => name.startsWith('text:list-level-style'))?.name === 'text:list-level-style-number',
  );
  return new Set(styles.map(({ attributes }) => attributes['style:name'] ?? ''));
}

function blocks(nodes: readonly XmlNode[], numbered: ReadonlySet<string>): string {
  return nodes.map((node) => block(node, numbered)).join('');
}

function block(node: XmlNode, numbered: ReadonlySet<string>): string {
  const { name, attributes, children } = node;
  switch (name) {
    case 'text:h': {
      const level = Math.min(Math.max(Number(attributes['text:outline-level']) || 1, 1), 6);
      return `<h${level}>${inline(children)}</h${level}>`;
    }
    case 'text:p':
      return `<p>${inline(children)}</p>`;
    case 'text:list': {
      const tag = numbered.has(attributes['text:style-name'] ?? '') ? 'ol' : 'ul';
      const items = children.filter((item) => item.name === 'text:list-item');
      return `<${tag}>${items.map((item) => `<li>${listItem(item, numbered)}</li>`).join('')}</${tag}>`;
    }
    case 'table:table': {
      const rows = below(children, 'table:table-row').map(
        (row) =>
          `<tr>${row.children
            .filter((cell) => cell.name === 'table:table-cell')
            .map(
              (cell) =>
                `<td>${below(cell.children, 'text:p')
                  .map((line) => inline(line.children))
                  .join(' ')}</td>`,
            )
            .join('')}</tr>`,
      );
      return tableOf(rows);
    }
    case 'text:tracked-changes':
    case 'office:annotation':
      return '';
    default:
      return blocks(children, numbered);
  }
}

function listItem({ children }: XmlNode, numbered: ReadonlySet<string>): string {
  return children.map((node) => (node.name === 'text:p' ? inline(node.children) : block(node, numbered))).join('');
}

/** Rows of cells as a table whose first row is its head. */
export function tableOf(rows: readonly string[]): string {
  const [head = '', ...body] = rows;
  const named = head.replaceAll('<td>', '<th>').replaceAll('</td>', '</th>');
  return `<table><thead>${named}</thead><tbody>${body.join('')}</tbody></table>`;
}

function inline(nodes: readonly XmlNode[]): string {
  return nodes
    .map(({ name, text, attributes, children }) => {
      switch (name) {
        case '#text':
          return html(text);
        case 'text:a':
          return `<a href="${html(attributes['xlink:href'] ?? '')}">${inline(children)}</a>`;
        case 'text:line-break':
          return '<br>';
        case 'text:s':
          return ' '.repeat(Math.min(Number(attributes['text:c']) || 1, 100));
        case 'text:tab':
          return ' ';
        case 'text:note':
        case 'office:annotation':
          return '';
        default:
          return inline(children);
      }
    })
    .join('');
}
