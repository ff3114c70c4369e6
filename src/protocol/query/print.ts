import { printAmount } from './amounts.ts';
import type { QueryTerm } from './ast.ts';
import { keyEntry } from './query-keys.ts';
import { quotedValue } from './lex.ts';
import { printTime } from './read-time.ts';

type PrintedTerm = Pick<QueryTerm, 'key' | 'value' | 'isNegated'>;

/** A filter's text that reads as these tokens again, at any time and in any zone. */
export function printQuery(terms: readonly PrintedTerm[]): string {
  return terms.map(printTerm).join(' ');
}

/** One token's text. */
export function printTerm({ key, value, isNegated }: PrintedTerm): string {
  return `${isNegated ? '-' : ''}${key === 'text' ? '' : `${key}:`}${printValue(key, value)}`;
}

function printValue(key: PrintedTerm['key'], value: PrintedTerm['value']): string {
  switch (value.kind) {
    case 'text':
      return quotedValue(value.text);
    case 'at':
    case 'ago':
      return printTime(value);
    case 'amount': {
      const kind = key === 'text' ? 'number' : keyEntry(key).value;
      return printAmount(value, kind === 'size' || kind === 'duration' ? kind : 'number');
    }
  }
  value satisfies never;
}
