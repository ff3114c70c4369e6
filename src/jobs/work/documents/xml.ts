import { XMLParser } from 'fast-xml-parser';
import { reasonOf, Unreadable } from '../job-work.ts';

/** An element of an XML document, or a text in it. */
export interface XmlNode {
  /** With its prefix: `text:p`; `#text` for a text. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** Of a text. */
  readonly text: string;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  processEntities: true,
});

/** A document's root elements in order. Throws {@link Unreadable}. */
export function parseXml(text: string): readonly XmlNode[] {
  try {
    return nodesOf(parser.parse(text) as readonly Readonly<Record<string, unknown>>[]);
  } catch (error) {
    throw new Unreadable(`The document's XML cannot be read: ${reasonOf(error)}`);
  }
}

function nodesOf(raw: readonly Readonly<Record<string, unknown>>[]): readonly XmlNode[] {
  return raw.map((item) => {
    const name = Object.keys(item).find((key) => key !== ':@') ?? '';
    const value = item[name];
    return {
      name,
      attributes: (item[':@'] ?? {}) as Readonly<Record<string, string>>,
      children: Array.isArray(value) ? nodesOf(value as readonly Readonly<Record<string, unknown>>[]) : [],
      text: name === '#text' ? String(value) : '',
    };
  });
}

/** All elements of a name below some, in order; not those within one that is found. */
export function below(nodes: readonly XmlNode[], name: string): readonly XmlNode[] {
  return nodes.flatMap((node) => (node.name === name ? [node] : below(node.children, name)));
}

/** A text as HTML has it. */
export function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
