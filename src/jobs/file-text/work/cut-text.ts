import type { TextPassage, TextPlace } from '../text-passage.ts';

/** A passage grows to about so many characters, and is never longer than the second. */
const USUAL_LENGTH = 1_800;
const MOST_LENGTH = 2_400;
/** Headings are cut at so many characters. */
const HEADING_LENGTH = 200;
/** Of a long heading path, the last levels. */
const HEADING_LEVELS = 4;

/** A part of a text that no passage crosses the end of. */
export interface TextPart {
  readonly text: string;
  readonly place: Omit<TextPlace, 'lines'>;
}

export interface CutOptions {
  /** Whether `#` at the beginning of a line makes a heading, and fences hold code together. */
  readonly isMarkdown: boolean;
  /** Whether the lines of the text are those of the file. */
  readonly hasLines: boolean;
  /** Called with each passage, in order. */
  readonly onPassage: (passage: TextPassage) => void;
}

interface Heading {
  readonly level: number;
  readonly text: string;
}

/** A stretch of lines that belong together: a paragraph, a list, a heading. In UTF-16 units of the part. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly heading?: Heading;
}

/**
 * Cuts texts at their headings, paragraphs and ends into passages. What is joined with nothing between is the text of
 * the file. Takes time in proportion to the length, whatever the text.
 *
 * @returns how many characters there are, and the first heading of the highest level
 */
export function cutText(
  parts: readonly TextPart[],
  { isMarkdown, hasLines, onPassage }: CutOptions,
): { readonly characters: number; readonly title?: string } {
  let [characters, line] = [0, 1];
  let title: Heading | undefined;
  for (const { text, place } of parts) {
    let headings: readonly Heading[] = [];
    const linesBefore = line - 1;
    let at = 0; // up to here, characters and lines are counted
    const advance = (to: number): void => {
      for (; at < to; at += 1) {
        const code = text.charCodeAt(at);
        if (code === 0x0a) line += 1;
        if (!(isHigh(code) && isLow(text.charCodeAt(at + 1)))) characters += 1;
      }
    };
    const emit = (from: number, to: number): void => {
      const [start, end] = trimmed(text, from, to);
      if (start >= end) return;
      advance(start);
      const [firstCharacter, firstLine] = [characters, line];
      advance(end);
      const heading = headings
        .slice(-HEADING_LEVELS)
        .map((each) => each.text)
        .join(' › ');
      onPassage({
        text: text.slice(start, end),
        characters: [firstCharacter, characters],
        ...(heading === '' ? {} : { heading }),
        ...(hasLines ? { lines: [firstLine, line] as const } : {}),
        ...place,
        ...(place.sheet === undefined ? {} : { rows: [firstLine - linesBefore, line - linesBefore] as const }),
      });
    };
    let open: { readonly from: number; readonly to: number; readonly hasBody: boolean } | undefined;
    const flush = (): void => {
      if (open) emitLong(text, open.from, open.to, emit);
      open = undefined;
    };
    for (const { from, to, heading } of blocksOf(text, isMarkdown)) {
      if (open?.hasBody === true && (heading || to - open.from > USUAL_LENGTH)) flush();
      if (heading) {
        headings = [...headings.filter(({ level }) => level < heading.level), heading];
        if (!title || heading.level < title.level) title = heading;
      }
      open = { from: open?.from ?? from, to, hasBody: open?.hasBody === true || !heading };
    }
    flush();
    advance(text.length);
  }
  return { characters, ...(title === undefined ? {} : { title: title.text }) };
}

/** A stretch as one passage, or as several where it is too long: cut at ends of lines, of sentences, of words. */
function emitLong(text: string, from: number, to: number, emit: (from: number, to: number) => void): void {
  let at = from;
  while (to - at > MOST_LENGTH) {
    const cut = cutWithin(text, at);
    emit(at, cut);
    at = cut;
  }
  emit(at, to);
}

const SENTENCE_END = /[.!?…。！？।]["'”’»)\]]*\s|[。！？]/gu;

/** The best place to cut a text that begins at `at`, between half of the usual length and the most. */
function cutWithin(text: string, at: number): number {
  const least = at + USUAL_LENGTH / 2;
  const most = at + USUAL_LENGTH;
  // Only this part is looked at: a line may have many megabytes.
  const window = text.slice(least, most);
  const newline = window.lastIndexOf('\n');
  if (newline >= 0) return least + newline + 1;
  let end = -1;
  for (const match of window.matchAll(SENTENCE_END)) end = match.index + match[0].length;
  if (end > 0) return least + end;
  for (let space = most - 1; space >= least; space -= 1) if (isSpace(text.charCodeAt(space))) return space + 1;
  return isLow(text.charCodeAt(most)) ? most + 1 : most;
}

/** Paragraphs, and in Markdown headings and fenced code, in order. */
function* blocksOf(text: string, isMarkdown: boolean): Generator<Block> {
  let from = -1; // of the paragraph that is open
  let fence = '';
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const next = newline === -1 ? text.length : newline + 1;
    // What matters of a line is at its beginning: one of many megabytes is not looked through.
    const start = text.slice(at, Math.min(next, at + HEADING_LENGTH + 8)).trimEnd();
    const mark = isMarkdown ? /^ {0,3}(```+|~~~+)/u.exec(start)?.[1] : undefined;
    if (fence !== '') {
      if (mark?.startsWith(fence)) fence = '';
    } else if (mark !== undefined) {
      fence = mark;
      if (from < 0) from = at;
    } else if (start.trim() === '' && isBlank(text, at, next)) {
      if (from >= 0) yield { from, to: at };
      from = -1;
    } else {
      const heading = isMarkdown ? /^ {0,3}(#{1,6})\s+(.+?)(?:\s+#+)?$/u.exec(start) : undefined;
      if (heading) {
        if (from >= 0) yield { from, to: at };
        from = -1;
        const words = (heading[2] ?? '').slice(0, HEADING_LENGTH);
        yield { from: at, to: next, heading: { level: heading[1]?.length ?? 1, text: words } };
      } else if (from < 0) from = at;
    }
    at = next;
  }
  if (from >= 0) yield { from, to: text.length };
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isSpace(text.charCodeAt(at))) return false;
  return true;
}

/** A stretch without the empty lines before it, and without spaces at its end. */
function trimmed(text: string, from: number, to: number): readonly [number, number] {
  let [start, end] = [from, to];
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  // The indent of a first line belongs to it.
  while (start > from && text.charCodeAt(start - 1) !== 0x0a) start -= 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return [start, end];
}

function isSpace(code: number): boolean {
  return (code <= 0x20 && (code === 0x20 || (code >= 0x09 && code <= 0x0d))) || code === 0xa0 || code === 0x3000;
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
