/**
 * Two letters for each key, as its second mark beside the hue: such as `C7` for `coder-07` and `LB` for
 * `lint-bot`. Two keys of one hue have different ones as long as their names allow it. A key's letters depend
 * on the keys before it alone, so that they never change.
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
    const mark = wanted.find((each) => !taken.has(`${hue} ${each}`)) ?? wanted[0] ?? '?';
    taken.add(`${hue} ${mark}`);
    marks.set(id, mark);
  }
  return marks;
}

/** Best first: the number at the end, the first letters of two words, then the first letter and any other. */
function candidates(name: string): readonly string[] {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = [...words.join('')].map(capital);
  const [first, ...others] = letters;
  if (first === undefined) return [];
  const last = letters.at(-1) ?? '';
  const byNumber = others.length > 0 && /\p{N}/u.test(last) ? [last] : [];
  const byWord = words.length > 1 ? [capital([...(words[1] ?? '')][0] ?? '')] : [];
  return [...byNumber, ...byWord, ...others, ''].map((second) => first + second);
}

/** One letter, large; some have no large form of one letter. */
function capital(letter: string): string {
  const large = letter.toUpperCase();
  return [...large].length === 1 ? large : letter;
}
