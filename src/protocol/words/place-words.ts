import type { PassagePlace } from '../knowledge.ts';
import { formatCount } from './units.ts';

/** A quotation in an address is cut at so many characters. */
const MOST_QUOTE = 400;

/** Where a text stands in its file: "line 3", "page 4", "sheet Costs, rows 2–5". */
export function placeWords({ lines, page, slide, sheet, rows, characters }: PassagePlace): string {
  if (page !== undefined) return `page ${formatCount(page)}`;
  if (slide !== undefined) return `slide ${formatCount(slide)}`;
  if (sheet !== undefined) return `sheet ${sheet}${rows === undefined ? '' : `, ${span('row', rows)}`}`;
  if (lines !== undefined) return span('line', lines);
  return `characters ${formatCount(characters[0])}–${formatCount(characters[1])}`;
}

/** A place as a part of the dashboard's address: what the page of a file shows of it. */
export function placeParams(place: PassagePlace, quote: string): Readonly<Record<string, string>> {
  return {
    at: placeWords(place),
    quote: [...quote].slice(0, MOST_QUOTE).join(''),
    ...(place.lines === undefined ? {} : { lines: place.lines.join('-') }),
    ...(place.page === undefined ? {} : { page: String(place.page) }),
  };
}

function span(one: string, [first, last]: readonly [number, number]): string {
  return first === last ? `${one} ${formatCount(first)}` : `${one}s ${formatCount(first)}–${formatCount(last)}`;
}
