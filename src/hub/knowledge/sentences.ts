/** A sentence of a passage, in UTF-16 units of its text; also a line of a list, a row of a table, a heading. */
export interface Sentence {
  readonly from: number;
  readonly to: number;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
/** Lines that stand for themselves: of lists and tables, headings, code, and those that end with a colon. */
const OWN_LINE = /^\s*(?:[-*+•]\s|\d{1,3}[.)]\s|#{1,6}\s|\||>|```|~~~)|\t/u;
/** A sentence is quoted up to so many characters. */
const MOST_LENGTH = 600;

/** The sentences of a text in order. Lines of a paragraph belong together, whatever their ends. */
export function sentencesOf(text: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  for (const { from, to } of stretchesOf(text)) {
    for (const { segment, index } of segmenter.segment(text.slice(from, to).replaceAll(/[\r\n]/gu, ' '))) {
      let start = from + index;
      const end = start + segment.trimEnd().length;
      start += segment.length - segment.trimStart().length;
      if (end > start) sentences.push({ from: start, to: Math.min(end, wholeCharacter(text, start + MOST_LENGTH)) });
    }
  }
  return sentences;
}

function* stretchesOf(text: string): Generator<Sentence> {
  let open = -1;
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const next = newline === -1 ? text.length : newline + 1;
    const line = text.slice(at, next);
    const isOwn = OWN_LINE.test(line);
    if ((isOwn || line.trim() === '') && open >= 0) {
      yield { from: open, to: at };
      open = -1;
    }
    if (isOwn) yield { from: at, to: next };
    else if (open < 0 && line.trim() !== '') open = at;
    at = next;
  }
  if (open >= 0) yield { from: open, to: text.length };
}

function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code < 0xe000 ? at + 1 : at;
}
