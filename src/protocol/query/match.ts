import { isWithin } from './amounts.ts';
import type { QueryTerm } from './ast.ts';
import type { QueryKey } from './query-keys.ts';
import { nameMatcher } from './name-match.ts';
import { whenIs } from './read-time.ts';

/**
 * What a list's things have for a key: names for `name` and `word`, numbers for amounts, ms since the epoch for times;
 * for `text` all texts that free text is looked for in. Nothing where a thing has none.
 */
export type FieldsOf<T> = (thing: T, key: QueryKey | 'text') => QueryField;
export type QueryField = string | number | readonly string[] | undefined;

/**
 * The filter as a check of one thing, for lists that are in memory. All tokens must hold; a thing without what a token
 * asks for does not match it, and does match its negation.
 *
 * @param now ms since the epoch, for spans before now
 */
export function queryMatcher<T>(
  terms: readonly QueryTerm[],
  fieldsOf: FieldsOf<T>,
  now: number,
): (thing: T) => boolean {
  const checks = terms.map((term) => {
    const holds = termHolds(term, now);
    return (thing: T) => holds(fieldsOf(thing, term.key)) !== term.isNegated;
  });
  return (thing) => checks.every((check) => check(thing));
}

function termHolds({ key, value }: QueryTerm, now: number): (field: QueryField) => boolean {
  switch (value.kind) {
    case 'text': {
      const isNamed = key === 'text' ? containing(value.text) : nameMatcher(value.text);
      return (field) => textsOf(field).some(isNamed);
    }
    case 'amount':
      return (field) => typeof field === 'number' && isWithin(field, value);
    case 'at':
    case 'ago': {
      const when = whenIs(value, now);
      const isLater = key === 'after';
      return (field) => typeof field === 'number' && (isLater ? field >= when : field < when);
    }
  }
  value satisfies never;
}

function containing(text: string): (where: string) => boolean {
  const wanted = text.toLowerCase();
  return (where) => where.toLowerCase().includes(wanted);
}

function textsOf(field: QueryField): readonly string[] {
  if (field === undefined) return [];
  return typeof field === 'string' || typeof field === 'number' ? [String(field)] : field;
}
