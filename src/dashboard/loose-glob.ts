/** Longer texts are taken as they are: each letter would be four characters of a glob, which may have 1,024. */
const MOST_LETTERS = 200;

/** A text as part of a glob in which case does not matter, and characters that mean something there match any one. */
export function looseGlob(text: string): string {
  const literal = text.replaceAll(/[*?[\]{}!,\\]/gu, '?');
  if (literal.length > MOST_LETTERS) return literal;
  return literal.replaceAll(/\p{L}/gu, (letter) => {
    const [small, capital] = [letter.toLowerCase(), letter.toUpperCase()];
    return small.length === 1 && capital.length === 1 && small !== capital ? `[${small}${capital}]` : letter;
  });
}
