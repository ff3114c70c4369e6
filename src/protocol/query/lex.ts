import type { Span } from './ast.ts';

/** What stands between spaces: `-key:"a value"`, `key:value`, `word`, `"some words"`. */
export interface QueryToken extends Span {
  readonly isNegated: boolean;
  /** Lower case; undefined for free text. */
  readonly key: string | undefined;
  readonly value: string;
  /** Where the value begins, its quote included. */
  readonly valueFrom: number;
  readonly isQuoted: boolean;
  /** A quote was opened and not closed. */
  readonly isUnclosed: boolean;
}

const SPACE = /\s/u;
/** A key is a short word of letters before a colon; anything else with a colon is text. */
const KEY = /^([A-Za-z]{1,20}):/u;

/** Cuts a filter's text into its tokens. Nothing is refused here. */
export function tokensOf(text: string): readonly QueryToken[] {
  const tokens: QueryToken[] = [];
  let at = 0;
  while (at < text.length) {
    if (SPACE.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

function tokenAt(text: string, from: number): QueryToken {
  let at = from;
  // A minus alone, or before a space, is text.
  const isNegated = text.charAt(at) === '-' && at + 1 < text.length && !SPACE.test(text.charAt(at + 1));
  if (isNegated) at += 1;
  const key = KEY.exec(text.slice(at, at + 21))?.[1];
  if (key !== undefined) at += key.length + 1;
  const { value, to, isQuoted, isUnclosed } = text.charAt(at) === '"' ? quotedAt(text, at) : plainAt(text, at);
  return { from, to, isNegated, key: key?.toLowerCase(), value, valueFrom: at, isQuoted, isUnclosed };
}

type LexedText = Pick<QueryToken, 'value' | 'to' | 'isQuoted' | 'isUnclosed'>;

function plainAt(text: string, from: number): LexedText {
  let to = from;
  while (to < text.length && !SPACE.test(text.charAt(to))) to += 1;
  return { value: text.slice(from, to), to, isQuoted: false, isUnclosed: false };
}

/** Between quotes, `\"` is a quote and `\\` a backslash; any other backslash is itself. */
function quotedAt(text: string, from: number): LexedText {
  let value = '';
  let at = from + 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"') return { value, to: at + 1, isQuoted: true, isUnclosed: false };
    const next = text.charAt(at + 1);
    const isEscape = char === '\\' && (next === '"' || next === '\\');
    value += isEscape ? next : char;
    at += isEscape ? 2 : 1;
  }
  return { value, to: at, isQuoted: true, isUnclosed: true };
}

/** A text as a value of a filter: between quotes where it could be read as something else. */
export function quotedValue(text: string): string {
  return /^[^\s"\-:][^\s":]*$/u.test(text) ? text : quotedAlways(text);
}

/** A text between quotes. */
export function quotedAlways(text: string): string {
  return `"${text.replaceAll(/["\\]/gu, (char) => `\\${char}`)}"`;
}
