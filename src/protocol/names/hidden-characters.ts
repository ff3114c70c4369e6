import { isJoining } from './joiners.ts';

/**
 * An emoji that Unicode recommends for interchange, or (the group) a character that is nothing for a name:
 * controls, what is default-ignorable, format and bidi characters, noncharacters, lone surrogates, and the two
 * others that are drawn as nothing, the blank of Braille and the empty note head.
 *
 * Made when it is first asked for: to look its sets up takes longer than all else that a start does with names.
 */
export function emojiOrHidden(): RegExp {
  return /\p{RGI_Emoji}|([\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u2800\u{1d159}])/gv;
}

const ASCII = /^[\x20-\x7e]*$/v;

/**
 * The first character of a name that nobody sees or that turns text around, as in `U+200B`; undefined where
 * there is none. Joiners are allowed within emoji, and where they change how a word looks.
 */
export function hiddenCharacter(name: string): string | undefined {
  if (ASCII.test(name)) return undefined;
  for (const { 1: hidden, index } of name.matchAll(emojiOrHidden())) {
    if (hidden !== undefined && !isJoining(name, index)) return codeOf(hidden);
  }
  return undefined;
}

/** A name without such characters, and without blanks at its ends; perhaps nothing is left. */
export function withoutHidden(name: string): string {
  if (ASCII.test(name)) return name.trim();
  const kept = name.replaceAll(emojiOrHidden(), (found, hidden: string | undefined, index: number) =>
    hidden === undefined || isJoining(name, index) ? found : '',
  );
  return kept.trim();
}

/** A path whose names a new file may have: {@link withoutHidden}, or `unnamed` where nothing is left. */
export function withoutHiddenInPath(path: string): string {
  return path
    .split('/')
    .map((name) => withoutHidden(name.replaceAll('\\', '_')) || 'unnamed')
    .join('/');
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
