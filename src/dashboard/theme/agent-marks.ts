/**
 * Two letters for each key, as its second mark beside the hue: such as `07` for `coder-07` and `LB` for
 * `lint-bot`. No two keys have the same as long as their names allow it, and two of one hue last. A key's
 * letters depend on the keys before it alone, so that they never change.
 *
 * @param keys in the order in which they were made
 * @param hueOf by key id
 */
export function agentMarks(
  keys: Iterable<{ readonly id: string; readonly name: string }>,
  hueOf: ReadonlyMap<string, number>,
): ReadonlyMap<string, string> {
  const marks = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, name } of keys) {
    const wanted = candidates(name);
    const hue = hueOf.get(id);
    const mark =
      wanted.find((each) => !taken.has(each)) ??
      wanted.find((each) => !taken.has(`${hue} ${each}`)) ??
      wanted[0] ??
      '?';
    taken.add(mark).add(`${hue} ${mark}`);
    marks.set(id, mark);
  }
  return marks;
}

/** Best first: the number at the end, its last digit, the first letters of two words, then the first letter and any other. */
function candidates(name: string): readonly string[] {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = [...words.join('')].map(capital);
  const [first, ...others] = letters;
  if (first === undefined) return [];
  const last = letters.at(-1) ?? '';
  const number = /\p{N}{2}$/u.exec(name)?.[0];
  const byNumber = others.length > 0 && /\p{N}/u.test(last) ? [last] : [];
  const byWord = words.length > 1 ? [capital([...(words[1] ?? '')][0] ?? '')] : [];
  const pairs = [...byNumber, ...byWord, ...others, ''].map((second) => first + second);
  return number === undefined ? pairs : [number, ...pairs];
}

/** One letter, large; some have no large form of one letter. */
function capital(letter: string): string {
  const large = letter.toUpperCase();
  return [...large].length === 1 ? large : letter;
}
