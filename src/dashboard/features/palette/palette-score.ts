/**
 * How well `query` matches `text`: higher is better, undefined is no match. The start of the text beats the
 * start of a word, then the middle, then letters in order.
 */
export function paletteScore(query: string, text: string): number | undefined {
  const [wanted, given] = [query.trim().toLowerCase(), text.toLowerCase()];
  if (wanted === '') return 0;
  const at = given.indexOf(wanted);
  if (at === 0) return 4;
  if (at > 0) return /[\s/._:-]/u.test(given[at - 1] ?? '') ? 3 : 2;
  let next = 0;
  for (const letter of given) if (letter === wanted[next]) next += 1;
  return next === wanted.length ? 1 : undefined;
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
