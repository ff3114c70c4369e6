import { keyEntry, keysOf, isQueryKey, type QueryKey, type QuerySubject } from './query-keys.ts';
import { quotedValue, tokensOf, type QueryToken } from './lex.ts';
import { examplesOf } from './parse.ts';

/** What can be put in the place of a token's text from `from` to `to`. */
export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly options: readonly CompletionOption[];
}

export interface CompletionOption {
  /** What is put there; a key ends with its colon, a value has a space behind it. */
  readonly insert: string;
  /** What is shown. */
  readonly label: string;
  /** What it means, for keys. */
  readonly means?: string;
}

/** Most that are offered at once. */
export const MOST_OPTIONS = 12;

/**
 * What could stand where the caret is: keys that begin so, or values of the key before the colon; those that begin with
 * what is written first, then those that have it elsewhere.
 *
 * @param caret index into `text`
 * @param namesOf names that the list has for a key: agents, workspaces, tools …
 */
export function completeQuery(
  text: string,
  caret: number,
  subject: QuerySubject,
  namesOf: (key: QueryKey) => readonly string[],
): Completion {
  const token = tokensOf(text).find(({ from, to }) => from <= caret && caret <= to);
  if (!token) return { from: caret, to: caret, options: keyOptions('', subject) };
  if (token.key === undefined || caret < token.valueFrom) {
    const from = token.from + (token.isNegated ? 1 : 0);
    if (token.isQuoted) return { from, to: token.to, options: [] };
    const written = text.slice(from, caret).toLowerCase();
    return { from, to: token.to, options: keyOptions(written, subject) };
  }
  const { key } = token;
  if (!isQueryKey(key) || !keysOf(subject).includes(key)) return { from: token.from, to: token.to, options: [] };
  const values = keyEntry(key).value === 'name' ? namesOf(key) : examplesOf(key, subject);
  return { from: token.valueFrom, to: token.to, options: valueOptions(values, writtenBefore(text, token, caret)) };
}

/** A filter's text with a completion taken, and where the caret is then. */
export function withCompletion(
  text: string,
  { from, to }: Completion,
  { insert }: CompletionOption,
): { readonly text: string; readonly caret: number } {
  const rest = text.slice(to);
  const added = insert.endsWith(' ') && rest.startsWith(' ') ? insert.trimEnd() : insert;
  const caret = from + added.length + (added === insert ? 0 : 1);
  return { text: text.slice(0, from) + added + rest, caret };
}

function writtenBefore(text: string, token: QueryToken, caret: number): string {
  return text.slice(token.valueFrom + (token.isQuoted ? 1 : 0), caret).toLowerCase();
}

function keyOptions(written: string, subject: QuerySubject): readonly CompletionOption[] {
  const keys = ranked(keysOf(subject), written.replace(/:$/u, ''));
  const options = keys.map((key) => ({ insert: `${key}:`, label: `${key}:`, means: keyEntry(key as QueryKey).means }));
  return written === '' ? options : options.slice(0, MOST_OPTIONS);
}

function valueOptions(values: readonly string[], written: string): readonly CompletionOption[] {
  const fitting = ranked([...new Set(values)], written).slice(0, MOST_OPTIONS);
  return fitting.map((value) => ({ insert: `${isPlain(value) ? value : quotedValue(value)} `, label: value }));
}

/** Amounts and times have signs that a name would be quoted for. */
function isPlain(value: string): boolean {
  return /^[^\s"]+$/u.test(value);
}

function ranked(values: readonly string[], written: string): readonly string[] {
  const begin = values.filter((value) => value.toLowerCase().startsWith(written));
  const have = values.filter((value) => !begin.includes(value) && value.toLowerCase().includes(written));
  return [...begin, ...have];
}
