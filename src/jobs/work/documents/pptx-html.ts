import { Unreadable } from '../job-work.ts';
import { boundedZip, type BoundedZip } from './bounded-zip.ts';
import { tableOf } from './odt-html.ts';
import { below, html, parseXml, type XmlNode } from './xml.ts';

/** The slides of a presentation, each as HTML, in their order: titles as headings, what stands below them as lists. */
export async function pptxSlides(location: string): Promise<readonly string[]> {
  const zip = await boundedZip(location);
  try {
    const parts: string[] = [];
    for (const slide of await slidesOf(zip)) parts.push(await slideHtml(zip, slide));
    if (parts.length === 0) throw new Unreadable('The presentation has no slides.');
    return parts;
  } finally {
    zip.close();
  }
}

/** Names of the slides' parts, in the order in which they are shown. */
async function slidesOf(zip: BoundedZip): Promise<readonly string[]> {
  const presentation = (await zip.text('ppt/presentation.xml')) ?? '';
  const targets = await relations(zip, 'ppt/_rels/presentation.xml.rels');
  const ids = below(parseXml(presentation), 'p:sldId').map(({ attributes }) => attributes['r:id'] ?? '');
  return ids.flatMap((id) => {
    const target = targets.get(id);
    return target === undefined ? [] : [target.startsWith('/') ? target.slice(1) : `ppt/${target}`];
  });
}

async function relations(zip: BoundedZip, part: string): Promise<ReadonlyMap<string, string>> {
  const all = below(parseXml((await zip.text(part)) ?? ''), 'Relationship');
  return new Map(all.map(({ attributes }) => [attributes['Id'] ?? '', attributes['Target'] ?? '']));
}

async function slideHtml(zip: BoundedZip, part: string): Promise<string> {
  const root = parseXml((await zip.text(part)) ?? '');
  const links = await relations(zip, part.replace(/([^/]+)$/u, '_rels/$1.rels'));
  const parts: string[] = [];
  const visit = (node: XmlNode): void => {
    if (node.name === 'p:sp') parts.push(shapeHtml(node, links));
    else if (node.name === 'a:tbl') parts.push(tableHtml(node, links));
    else for (const child of node.children) visit(child);
  };
  for (const tree of below(root, 'p:spTree')) for (const child of tree.children) visit(child);
  return parts.join('');
}

function shapeHtml(shape: XmlNode, links: ReadonlyMap<string, string>): string {
  const kind = below(shape.children, 'p:ph')[0]?.attributes['type'];
  const paragraphs = below(shape.children, 'a:p')
    .map(({ children }) => inline(children, links))
    .filter((text) => text.trim() !== '');
  if (paragraphs.length === 0) return '';
  if (kind === 'title' || kind === 'ctrTitle') return `<h2>${paragraphs.join(' ')}</h2>`;
  if (kind === 'sldNum' || kind === 'dt' || kind === 'ftr') return '';
  if (kind === 'subTitle' || paragraphs.length === 1) return paragraphs.map((text) => `<p>${text}</p>`).join('');
  return `<ul>${paragraphs.map((text) => `<li>${text}</li>`).join('')}</ul>`;
}

function tableHtml(table: XmlNode, links: ReadonlyMap<string, string>): string {
  const cell = ({ children }: XmlNode): string =>
    `<td>${below(children, 'a:p')
      .map((line) => inline(line.children, links))
      .join(' ')}</td>`;
  return tableOf(
    below(table.children, 'a:tr').map((row) => `<tr>${below(row.children, 'a:tc').map(cell).join('')}</tr>`),
  );
}

/** The runs of a paragraph, those with a link as links. */
function inline(nodes: readonly XmlNode[], links: ReadonlyMap<string, string>): string {
  return nodes
    .map((node) => {
      if (node.name === 'a:br') return '<br>';
      if (node.name !== 'a:r' && node.name !== 'a:fld') return '';
      const text = below(node.children, 'a:t')
        .flatMap(({ children }) => children.map((each) => html(each.text)))
        .join('');
      const link = below(node.children, 'a:hlinkClick')[0]?.attributes['r:id'];
      const href = link === undefined ? undefined : links.get(link);
      return href === undefined ? text : `<a href="${html(href)}">${text}</a>`;
    })
    .join('');
}
