import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { QueryTerm, QueryValue } from '../../src/protocol/query/ast.ts';
import { keyEntry, keysOf, wordsOfKey, type QueryKey } from '../../src/protocol/query/query-keys.ts';
import { MAX_QUERY_TERMS, parseQuery } from '../../src/protocol/query/parse.ts';
import { printQuery } from '../../src/protocol/query/print.ts';

const now = Date.parse('2026-11-29T14:32:05.250Z');
const subject = 'frames';

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('"', '\\', '-', ':', ' ', 'a', '*', '\n'), minLength: 1, maxLength: 12 }),
);
const amounts = fc
  .tuple(fc.nat({ max: 1e9 }), fc.nat({ max: 1e9 }), fc.nat({ max: 4 }))
  .map(([a, b, form]): QueryValue => {
    const [least, most] = [Math.min(a, b), Math.max(a, b)];
    if (form === 0) return { kind: 'amount', least };
    if (form === 1) return { kind: 'amount', most };
    if (form === 2) return { kind: 'amount', least, isOpen: true };
    return form === 3 ? { kind: 'amount', most, isOpen: true } : { kind: 'amount', least, most };
  });
const times: fc.Arbitrary<QueryValue> = fc.oneof(
  fc.integer({ min: 0, max: 4e12 }).map((ms) => ({ kind: 'at' as const, ms })),
  fc.nat({ max: 1e12 }).map((ms) => ({ kind: 'ago' as const, ms })),
);

function valuesOf(key: QueryKey): fc.Arbitrary<QueryValue> {
  const { value } = keyEntry(key);
  if (value === 'time') return times;
  if (value !== 'name' && value !== 'word') return amounts;
  const text = value === 'word' ? fc.constantFrom(...(wordsOfKey(key, subject) ?? [])) : texts;
  return text.map((text) => ({ kind: 'text', text }));
}

const terms = fc.array(
  fc.constantFrom('text' as const, ...keysOf(subject)).chain((key) =>
    fc.record({
      key: fc.constant(key),
      value: key === 'text' ? texts.map((text): QueryValue => ({ kind: 'text', text })) : valuesOf(key),
      isNegated: fc.boolean(),
    }),
  ),
  { maxLength: 12 },
);

const bare = (read: readonly QueryTerm[]) => read.map(({ key, value, isNegated }) => ({ key, value, isNegated }));

test('[QL7] what is printed reads as the same tokens again', () => {
  fc.assert(
    fc.property(terms, (said) => {
      const { terms, problems } = parseQuery(printQuery(said), subject, now);
      expect(problems).toEqual([]);
      expect(bare(terms)).toEqual(said);
    }),
  );
});

test('[QL8] any text is read: tokens and problems lie in it in order, and what was understood reads so again', () => {
  const pieces = fc.constantFrom(
    'agent:',
    'size:',
    '>',
    '10k',
    '..',
    '"',
    '\\',
    '-',
    ' ',
    'after:',
    'x',
    ':',
    '5m',
    'é',
  );
  const written = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(written, fc.constantFrom('frames', 'sessions', 'jobs', 'events'), (text, subject) => {
      const { terms, problems } = parseQuery(text, subject, now);
      const spans = [...terms, ...problems].sort((a, b) => a.from - b.from);
      let end = 0;
      for (const { from, to } of spans) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThan(from);
        end = to;
      }
      expect(end).toBeLessThanOrEqual(text.length);
      expect(terms.length).toBeLessThanOrEqual(MAX_QUERY_TERMS);
      expect(bare(parseQuery(printQuery(terms), subject, now).terms)).toEqual(bare(terms));
    }),
  );
});
