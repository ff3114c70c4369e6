/** The least score. */
export const LETTERS_IN_ORDER = 1;

/**
 * How well `query` matches `text`, a name or a path: higher is better, undefined is no match. The whole name is best,
 * with or without its extension; then the start of the name, of a word in it, of a word in the folders above it; then
 * the middle, then letters in order.
 */
export function paletteScore(query: string, text: string): number | undefined {
  const [wanted, given] = [query.trim().toLowerCase(), text.toLowerCase()];
  if (wanted === '') return 0;
  const name = given.slice(given.lastIndexOf('/', given.length - 2) + 1);
  if (given === wanted) return 8;
  if (name === wanted || (name.startsWith(`${wanted}.`) && name.lastIndexOf('.') === wanted.length)) return 7;
  if (name.startsWith(wanted)) return 6;
  if (given.startsWith(wanted)) return 5;
  if (hasWord(name, wanted)) return 4;
  if (hasWord(given, wanted)) return 3;
  if (given.includes(wanted)) return 2;
  let next = 0;
  for (const letter of given) if (letter === wanted[next]) next += 1;
  return next === wanted.length ? LETTERS_IN_ORDER : undefined;
}

/** Whether a word of the text begins so. */
function hasWord(text: string, wanted: string): boolean {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (at === 0 || /[\s/._:-]/u.test(text[at - 1] ?? '')) return true;
  }
  return false;
}

/** The `most` best of `items`; equal ones keep their order. */
export function bestOf<T>(items: readonly T[], query: string, text: (item: T) => string, most: number): readonly T[] {
  const scored: { item: T; score: number }[] = [];
  for (const item of items) {
    const score = paletteScore(query, text(item));
    if (score !== undefined) scored.push({ item, score });
  }
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item);
}

/** Groups with the best match first; without a query, and among equals, they keep their order. */
export function byBestMatch<T>(
  groups: readonly T[],
  query: string,
  texts: (group: T) => readonly string[],
): readonly T[] {
  const best = (group: T): number => Math.max(0, ...texts(group).map((text) => paletteScore(query, text) ?? 0));
  return groups
    .map((group) => ({ group, score: best(group) }))
    .sort((a, b) => b.score - a.score)
    .map(({ group }) => group);
}
