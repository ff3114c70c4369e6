import { randomInt } from 'node:crypto';

/** Letters and digits that people do not take for one another. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** A short code to compare, such as `K7Q-4MX`, that none of `taken` is. */
export function shortCode(taken: Iterable<string>): string {
  const used = new Set(taken);
  for (;;) {
    const code = `${three()}-${three()}`;
    if (!used.has(code)) return code;
  }
}

function three(): string {
  return Array.from({ length: 3 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
