import { emojiOrHidden } from './hidden-characters.ts';

/** What is drawn as a dash: what Unicode calls so, and three more. Made when it is first asked for. */
function dashes(): RegExp {
  return /[\p{Dash}\u02d7\u2043\u2796]/gv;
}

/** Text that has no other look than itself: ASCII with single blanks within names. */
const USUAL = /^(?:[\x21-\x7e]| (?=[\x21-\x2e\x30-\x7e])(?<=[\x21-\x2e\x30-\x7e] ))*$/v;

/**
 * What a name or a path looks like to people: people cannot distinguish two with the same look.
 * Compatibility forms (full width, ligatures, superscripts), dashes and blanks are one, and what nobody sees is
 * left out. Case counts.
 */
export function lookOf(path: string): string {
  if (USUAL.test(path)) return path;
  return path
    .replaceAll(emojiOrHidden(), (found, hidden: string | undefined) => (hidden === undefined ? found : ''))
    .normalize('NFKC')
    .replaceAll(dashes(), '-')
    .replaceAll(/\s+/gu, ' ')
    .split('/')
    .map((name) => name.trim())
    .join('/');
}

/** {@link lookOf} whatever the case. */
export function lookOfName(name: string): string {
  return lookOf(name).toUpperCase().toLowerCase();
}
