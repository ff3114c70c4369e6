/** A part of a version that is to be seen: what is quoted of it, and where it stands. */
export interface ShownPassage {
  readonly quote: string;
  /** In words, such as "lines 3–5". */
  readonly at: string;
  /** Of a text: its first line and its last, from 1. */
  readonly lines?: readonly [first: number, last: number];
  /** Of a document, from 1. */
  readonly page?: number;
}

/** The passage that an address names, as `placeParams` makes it. */
export function passageIn(params: Readonly<Record<string, string>>): ShownPassage | undefined {
  const { quote, at = '', lines, page } = params;
  if (quote === undefined) return undefined;
  const [first = 0, last = first] = (lines ?? '').split('-').map(Number);
  const number = Number(page);
  return {
    quote,
    at,
    ...(Number.isInteger(first) && Number.isInteger(last) && first > 0 && last >= first
      ? { lines: [first, last] as const }
      : {}),
    ...(Number.isInteger(number) && number > 0 ? { page: number } : {}),
  };
}
