import { isMap, isScalar, isSeq, parseDocument, stringify, type Document, type Node, type Pair } from 'yaml';
import { lineEnd, NoPlace, NotReadable, type EntryChange, type FormatEditor } from './edited.ts';

/** YAML in blocks. The library says where things stand; the text is changed there, and nowhere else. */
export const yamlEditor: FormatEditor = {
  parse: (text) => (read(text).toJS() as unknown) ?? {},
  edit(text, change) {
    const { at, entry } = change;
    const [key = '', ...deeper] = at;
    if (deeper.length > 0) throw new NoPlace('keeps its servers in a way that is not known of YAML');
    const { contents } = read(text);
    const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
    if (!isEmpty && (!isMap(contents) || contents.flow === true))
      throw new NoPlace('has something else than a map at its top');
    const pair = isMap(contents) ? (contents.items as NodePair[]).find((one) => keyOf(one) === key) : undefined;
    if (!pair) return entry === undefined ? text : spliced(text, text.length, text.length, blockOf(change, 0));
    return editCollection(text, pair, change);
  },
};

type NodePair = Pair<Node, Node | null>;

function read(text: string): Document.Parsed {
  const document = parseDocument(text, { prettyErrors: true });
  const [first] = document.errors;
  if (first) throw new NotReadable(`is not YAML: ${first.message.split('\n', 1)[0]?.replace(/:$/u, '') ?? ''}`);
  return document;
}

function editCollection(text: string, pair: NodePair, change: EntryChange): string {
  const { entry, name, shape, at, withCollection = false } = change;
  const { value } = pair;
  const pairFrom = lineStart(text, startOf(pair.key));
  const isBlock = (isMap(value) || isSeq(value)) && value.flow !== true && value.items.length > 0;
  if (!isBlock) {
    const isNothing =
      value === null ||
      (isScalar(value) && value.value === null) ||
      ((isMap(value) || isSeq(value)) && value.items.length === 0);
    if (!isNothing || value?.anchor !== undefined)
      throw new NoPlace(`has "${at.join('.')}" in a form that cannot be changed without the rest`);
    if (entry === undefined) return text;
    // `extensions:` or `extensions: {}`: what stands behind on the line, such as a comment, goes below the entry.
    return spliced(
      text,
      pairFrom,
      value?.range?.[1] ?? text.indexOf(':', startOf(pair.key)) + 1,
      blockOf(change, 0).trimEnd(),
    );
  }
  if (shape === 'map' ? !isMap(value) : !isSeq(value))
    throw new NoPlace(`has another kind of "${at.join('.')}" than it takes`);
  const items: readonly Item[] = isMap(value)
    ? (value.items as NodePair[]).map((one) => ({
        name: keyOf(one),
        from: startOf(one.key),
        to: endOf(one.value ?? one.key),
      }))
    : (value.items as Node[]).map((node) => ({
        name: isMap(node) ? node.get('name') : undefined,
        from: text.lastIndexOf('-', startOf(node)),
        to: endOf(node),
      }));
  const [first] = items;
  const last = items.at(-1);
  if (!first || !last) throw new NoPlace(`has no place for "${name}"`);
  const column = first.from - lineStart(text, first.from);
  const old = items.find((one) => one.name === name);
  if (!old)
    return entry === undefined
      ? text
      : spliced(text, lineAfter(text, last.to), lineAfter(text, last.to), itemOf(change, column));
  if (entry !== undefined)
    return spliced(text, lineStart(text, old.from), lineAfter(text, old.to), itemOf(change, column));
  const isAll = items.length === 1;
  if (isAll && withCollection) return spliced(text, pairFrom, lineAfter(text, old.to), '');
  // A map without members has to say so.
  return isAll
    ? spliced(
        text,
        text.indexOf(':', startOf(pair.key)) + 1,
        lineAfter(text, old.to),
        ` ${shape === 'map' ? '{}' : '[]'}${lineEnd(text)}`,
      )
    : spliced(text, lineStart(text, old.from), lineAfter(text, old.to), '');
}

interface Item {
  readonly name: unknown;
  readonly from: number;
  readonly to: number;
}

function keyOf({ key }: NodePair): unknown {
  return isScalar(key) ? key.value : undefined;
}

const startOf = (node: Node): number => node.range?.[0] ?? 0;
const endOf = (node: Node): number => node.range?.[1] ?? 0;

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line after the one begins that ends what stands before `offset`. */
function lineAfter(text: string, offset: number): number {
  let end = offset;
  // The end of a block is behind its last line.
  while (end > 0 && /\s/u.test(text[end - 1] ?? '')) end -= 1;
  const next = text.indexOf('\n', end);
  return next === -1 ? text.length : next + 1;
}

/** The collection with the one entry in it. */
function blockOf(change: EntryChange, column: number): string {
  return indented(`${change.at[0] ?? ''}:\n${itemOf(change, 2)}`, column);
}

function itemOf({ shape, name, entry }: EntryChange, column: number): string {
  const text = stringify(shape === 'map' ? { [name]: entry } : [entry], { lineWidth: 0 });
  return indented(text, column);
}

function indented(text: string, column: number): string {
  return text.replaceAll(/^(?=.)/gmu, ' '.repeat(column));
}

/** `text` with something else between two places, in lines of its own. */
function spliced(text: string, from: number, to: number, put: string): string {
  const end = lineEnd(text);
  const head = text.slice(0, from);
  const lead = put !== '' && from === to && head !== '' && !head.endsWith('\n') ? end : '';
  return `${head}${lead}${put.replaceAll(/\r?\n/gu, end)}${text.slice(to)}`;
}
