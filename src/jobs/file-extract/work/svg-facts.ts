import { encodingOf } from '../../../hub/files/text-sniff.ts';
import { Unreadable } from '../../work/job-work.ts';
import type { ExtractContext } from './context.ts';
import { plainText } from './plain-values.ts';

/** CSS pixels in each unit of a length. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  pt: 96 / 72,
  pc: 16,
};

/**
 * The size that a drawing asks for, in pixels, by what its first tag says. Nothing is drawn: what a
 * few hundred bytes of it ask a renderer to do can take for ever.
 *
 * @param head the beginning of the file; a tag that does not end within it is not looked at
 */
export function svgFacts(context: ExtractContext, head: Uint8Array): Record<string, unknown> {
  const attributes = rootAttributes(new TextDecoder(encodingOf(head) ?? 'utf-8').decode(head));
  if (!attributes) throw new Unreadable('The drawing cannot be read: no svg element begins in its first 64 KiB.');
  const [, , boxWidth, boxHeight] = numbers(attributes.get('viewBox'));
  const width = pixels(attributes.get('width')) ?? boxWidth;
  const height = pixels(attributes.get('height')) ?? boxHeight;
  if (width === undefined || height === undefined) {
    context.log('A drawing without a size of its own');
    return { format: 'svg' };
  }
  context.log(`A drawing, ${width} × ${height} pixels`);
  const viewBox = attributes.get('viewBox');
  return { format: 'svg', width, height, ...(viewBox === undefined ? {} : { view_box: plainText(viewBox) }) };
}

/** The attributes of the first element, when that is `svg`, with or without a prefix. */
function rootAttributes(text: string): ReadonlyMap<string, string> | undefined {
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    const end = endOfMarkup(text, at);
    if (end === undefined) return undefined;
    const name = /^<(?:[\w.-]+:)?svg(?=[\s/>])/u.exec(text.slice(at, at + 64));
    if (name) return attributesOf(text.slice(at + name[0].length, end));
    if (!/^<[?!]/u.test(text.slice(at, at + 2))) return undefined;
    at = end;
  }
  return undefined;
}

/** Where a comment, an instruction, a document type or a tag that begins at `at` ends. */
function endOfMarkup(text: string, at: number): number | undefined {
  const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : undefined;
  if (close !== undefined) return after(text.indexOf(close, at), close.length);
  let [quote, depth] = ['', 0];
  for (let place = at; place < text.length; place += 1) {
    const character = text.charAt(place);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '<') depth += 1;
    else if (character === '>') {
      depth -= 1; // a document type has declarations within it
      if (depth === 0) return place + 1;
    }
  }
  return undefined;
}

function after(place: number, length: number): number | undefined {
  return place === -1 ? undefined : place + length;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const one = /\s*([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/uy;
  for (let match = one.exec(text); match; match = one.exec(text)) {
    const [, name = '', double, single = ''] = match;
    found.set(name, double ?? single);
  }
  return found;
}

/** A length as pixels; undefined for none, and for a share of what it is shown in. */
function pixels(length: string | undefined): number | undefined {
  const [, value, unit = ''] =
    /^\s*\+?(\d*\.?\d+(?:e[+-]?\d+)?)\s*([a-z]*)\s*$/iu.exec(length?.slice(0, 100) ?? '') ?? [];
  const factor = UNITS[unit.toLowerCase()];
  if (value === undefined || factor === undefined) return undefined;
  return rounded(Number(value) * factor);
}

function numbers(list: string | undefined): readonly (number | undefined)[] {
  const parts =
    list
      ?.slice(0, 200)
      .trim()
      .split(/[\s,]+/u) ?? [];
  return parts.length === 4 ? parts.map((part) => rounded(Number(part))) : [];
}

function rounded(value: number): number | undefined {
  return Number.isFinite(value) && value >= 0 ? Math.round(value * 100) / 100 : undefined;
}
