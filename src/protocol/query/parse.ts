import { HubError } from '../errors.ts';
import { nearest } from '../words/nearest.ts';
import { amountExamples, readAmount } from './amounts.ts';
import type { Query, QueryProblem, QueryTerm, QueryValue } from './ast.ts';
import { isQueryKey, keyEntry, keysOf, wordsOfKey, type QueryKey, type QuerySubject } from './query-keys.ts';
import { tokensOf, type QueryToken } from './lex.ts';
import { readTime, timeExamples } from './read-time.ts';

/** Most characters of a filter. */
export const MAX_QUERY_CHARS = 2_000;
/** Most tokens of a filter. */
export const MAX_QUERY_TERMS = 50;

/**
 * Reads a filter: tokens between spaces, all of which must hold. `key:value` (keys in `query-keys.ts`), `key:"a value"`, free
 * text, `"free text"`, and each with a `-` before it for what must not be. What cannot be understood is a problem with
 * its place and what could stand there; the other tokens are read all the same.
 *
 * @param now ms since the epoch, for times of today
 */
export function parseQuery(text: string, subject: QuerySubject, now: number): Query {
  if (text.length > MAX_QUERY_CHARS) return tooLong(text);
  const terms: QueryTerm[] = [];
  const problems: QueryProblem[] = [];
  for (const token of tokensOf(text)) {
    const { from, to, isNegated } = token;
    if (terms.length >= MAX_QUERY_TERMS) {
      const message = `A filter has at most ${MAX_QUERY_TERMS} tokens: leave some out.`;
      problems.push({ from, to: text.length, message, possible: [] });
      break;
    }
    const read = readToken(token, subject, now);
    if ('message' in read) problems.push({ from, to, ...read });
    else terms.push({ from, to, isNegated, ...read });
  }
  return { terms, problems };
}

/**
 * The tokens of a filter that must be right.
 *
 * @throws HubError `invalid_argument` that says where the first problem is and what could stand there
 */
export function queryOf(text: string, subject: QuerySubject, now: number): readonly QueryTerm[] {
  const { terms, problems } = parseQuery(text, subject, now);
  const [problem] = problems;
  if (problem) {
    const { from, to, message, possible } = problem;
    const where = `filter, character ${from + 1}`;
    throw new HubError('invalid_argument', `${where}: ${message}`, { details: { from, to, possible } });
  }
  return terms;
}

type ParsedTerm = Pick<QueryTerm, 'key' | 'value'> | Pick<QueryProblem, 'message' | 'possible'>;

function readToken(token: QueryToken, subject: QuerySubject, now: number): ParsedTerm {
  const { key, value } = token;
  if (token.isUnclosed) return { message: 'The quote is not closed: put a " behind it.', possible: [] };
  if (key === undefined) {
    return value === ''
      ? { message: 'There is nothing to look for.', possible: [] }
      : { key: 'text', value: text(value) };
  }
  const known = keysOf(subject);
  if (!isQueryKey(key) || !known.includes(key)) return unknownKey(key, token, subject, known);
  if (value === '') {
    const possible = examplesOf(key, subject);
    return { message: `${key}: needs a value behind it${orSuch(possible)}.`, possible: behind(key, possible) };
  }
  const read = readValue(key, value, subject, now);
  if (read) return { key, value: read };
  const possible = examplesOf(key, subject);
  const like = nearest(value, possible);
  return {
    message: `${key}: takes ${possible.join(', ')}; not ${JSON.stringify(shortened(value))}.`,
    possible: behind(key, like === undefined ? possible : [like, ...possible.filter((other) => other !== like)]),
  };
}

function readValue(key: QueryKey, written: string, subject: QuerySubject, now: number): QueryValue | undefined {
  const kind = keyEntry(key).value;
  switch (kind) {
    case 'name':
      return text(written);
    case 'word':
      return wordsOfKey(key, subject)?.includes(written.toLowerCase()) ? text(written.toLowerCase()) : undefined;
    case 'size':
    case 'duration':
    case 'number':
      return readAmount(written, kind);
    case 'time':
      return readTime(written, now);
  }
  kind satisfies never;
}

function unknownKey(
  key: string,
  { value, isQuoted }: QueryToken,
  subject: QuerySubject,
  known: readonly QueryKey[],
): ParsedTerm {
  const like = isQueryKey(key) ? undefined : nearest(key, known);
  const possible = (like === undefined ? known : [like]).map((name) => `${name}:`);
  const rest = isQuoted ? '' : value;
  const instead = like === undefined ? `Possible are ${possible.join(' ')}.` : `Did you mean ${like}:?`;
  const asText = ` To look for the text itself, put it in quotes: "${shortened(`${key}:${rest}`)}".`;
  const what = isQueryKey(key) ? `${key}: is not for ${subject}.` : `There is no ${key}:.`;
  return { message: `${what} ${instead}${asText}`, possible };
}

/** What may stand behind a key, where that can be said without knowing the hub's state. */
export function examplesOf(key: QueryKey, subject: QuerySubject): readonly string[] {
  const kind = keyEntry(key).value;
  if (kind === 'name') return [];
  if (kind === 'word') return wordsOfKey(key, subject) ?? [];
  return kind === 'time' ? timeExamples : amountExamples[kind];
}

function tooLong(text: string): Query {
  const message = `A filter has at most ${MAX_QUERY_CHARS.toLocaleString('en-US')} characters; this has ${text.length.toLocaleString('en-US')}. Make it shorter.`;
  return { terms: [], problems: [{ from: 0, to: text.length, message, possible: [] }] };
}

function behind(key: QueryKey, values: readonly string[]): readonly string[] {
  return values.map((value) => `${key}:${value}`);
}

function orSuch(possible: readonly string[]): string {
  return possible.length === 0 ? '' : `: ${possible.join(', ')}`;
}

function shortened(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}

function text(value: string): QueryValue {
  return { kind: 'text', text: value };
}
