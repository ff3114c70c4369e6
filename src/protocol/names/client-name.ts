import { fewMarks } from './few-marks.ts';
import { withoutHidden } from './hidden-characters.ts';
import { lookOfName } from './look.ts';

/** Longest name of a client that is kept, in characters. */
export const MOST_CLIENT_NAME = 80;
/** Longest name that is proposed for its key, so that a number fits behind it. */
const MOST_PROPOSED = 48;

/** What a client calls itself, as it may be shown: in one line, without what nobody sees, and cut. */
export function shownClientName(given: string): string {
  const seen = fewMarks(withoutHidden(given.slice(0, 4 * MOST_CLIENT_NAME).replaceAll(/\s+/gu, ' ')));
  return cut(seen, MOST_CLIENT_NAME) || 'a client without a name';
}

/**
 * A name for the key of a client that logs in: its own, without what stands in brackets behind it, and counted where a
 * key has that name.
 *
 * @param taken names of the keys in use
 */
export function proposedKeyName(client: string, taken: Iterable<string>): string {
  const plain = client.replace(/\s*\([^()]*\)$/u, '').replaceAll(/[/\\]+/gu, '-');
  const bare = cut(plain, MOST_PROPOSED).normalize('NFC').trim();
  const name = bare === '' || bare === '.' || bare === '..' ? 'agent' : bare;
  const looks = new Set(Array.from(taken, lookOfName));
  for (let n = 1; ; n += 1) {
    const counted = n === 1 ? name : `${name} ${n}`;
    if (!looks.has(lookOfName(counted))) return counted;
  }
}

/** The first characters, and no half of a pair. */
function cut(text: string, characters: number): string {
  return text
    .slice(0, characters)
    .toWellFormed()
    .replace(/\uFFFD$/u, '')
    .trim();
}
