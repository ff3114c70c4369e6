import { expect, test } from 'vitest';
import { HubError } from '../../src/protocol/errors.ts';
import type { QuerySubject } from '../../src/protocol/query/query-keys.ts';
import { MAX_QUERY_CHARS, MAX_QUERY_TERMS, parseQuery, queryOf } from '../../src/protocol/query/parse.ts';
import { showTimesIn } from '../../src/protocol/words/time-zone.ts';

const now = Date.parse('2026-11-29T14:32:05.250Z');
const read = (text: string, subject: QuerySubject = 'frames') => parseQuery(text, subject, now);
const values = (text: string) => read(text).terms.map(({ key, value, isNegated }) => ({ key, value, isNegated }));
const one = (text: string) => {
  const { terms, problems } = read(text);
  expect(problems).toEqual([]);
  return terms[0]?.value;
};

test('[QL1] tokens are keys with values, quoted values, free text and their negations, each with its place', () => {
  expect(read('agent:planner -wire:sse  "two words" -oops tool:"a \\"b\\" \\\\"')).toEqual({
    problems: [],
    terms: [
      { from: 0, to: 13, key: 'agent', isNegated: false, value: { kind: 'text', text: 'planner' } },
      { from: 14, to: 23, key: 'wire', isNegated: true, value: { kind: 'text', text: 'sse' } },
      { from: 25, to: 36, key: 'text', isNegated: false, value: { kind: 'text', text: 'two words' } },
      { from: 37, to: 42, key: 'text', isNegated: true, value: { kind: 'text', text: 'oops' } },
      { from: 43, to: 60, key: 'tool', isNegated: false, value: { kind: 'text', text: 'a "b" \\' } },
    ],
  });
  expect(values('   ')).toEqual([]);
  expect(values('-')).toEqual([{ key: 'text', isNegated: false, value: { kind: 'text', text: '-' } }]);
  expect(values('AGENT:Planner wire:SSE')).toEqual([
    { key: 'agent', isNegated: false, value: { kind: 'text', text: 'Planner' } },
    { key: 'wire', isNegated: false, value: { kind: 'text', text: 'sse' } },
  ]);
});

test('[QL2] sizes, durations and numbers are at least, at most, more, less, equal or a range', () => {
  expect(one('size:>10k')).toEqual({ kind: 'amount', least: 10_240, isOpen: true });
  expect(one('size:10KiB')).toEqual({ kind: 'amount', least: 10_240 });
  expect(one('size:<=1.5m')).toEqual({ kind: 'amount', most: 1_572_864 });
  expect(one('size:=0')).toEqual({ kind: 'amount', least: 0, most: 0 });
  expect(one('took:>500ms')).toEqual({ kind: 'amount', least: 500, isOpen: true });
  expect(one('took:1s..2m')).toEqual({ kind: 'amount', least: 1_000, most: 120_000 });
  expect(one('took:<1h')).toEqual({ kind: 'amount', most: 3_600_000, isOpen: true });
  expect(one('status:404')).toEqual({ kind: 'amount', least: 404, most: 404 });
  expect(one('status:4xx')).toEqual({ kind: 'amount', least: 400, most: 499 });
  expect(one('seq:100..200')).toEqual({ kind: 'amount', least: 100, most: 200 });
  for (const bad of ['size:big', 'size:>', 'size:2k..1k', 'took:5x', 'status:4.5', 'seq:-1', 'size:999999999999999g']) {
    expect(read(bad).problems, bad).toHaveLength(1);
  }
});

test('[QL3] a time is a span before now, a day, or a time of today or of a day', () => {
  showTimesIn('utc');
  expect(one('after:5m')).toEqual({ kind: 'ago', ms: 300_000 });
  expect(one('after:-2h')).toEqual({ kind: 'ago', ms: 7_200_000 });
  expect(one('before:now')).toEqual({ kind: 'ago', ms: 0 });
  const at = (text: string) => ({ kind: 'at', ms: Date.parse(text) });
  expect(one('after:14:30')).toEqual(at('2026-11-29T14:30Z'));
  expect(one('after:9:05:07')).toEqual(at('2026-11-29T09:05:07Z'));
  expect(one('after:today')).toEqual(at('2026-11-29T00:00Z'));
  expect(one('after:yesterday')).toEqual(at('2026-11-28T00:00Z'));
  expect(one('before:2026-11-01')).toEqual(at('2026-11-01T00:00Z'));
  expect(one('before:2026-11-01T08:00:01.5Z')).toEqual(at('2026-11-01T08:00:01.5Z'));
  for (const bad of ['after:2026-02-31', 'after:25:00', 'after:soon', 'after:2026', 'after:5', 'after:T', 'after:z']) {
    expect(read(bad).problems, bad).toHaveLength(1);
  }
  showTimesIn('local');
  const local = new Date(2026, 10, 29, 14, 30).getTime();
  expect(one('after:2026-11-29T14:30')).toEqual({ kind: 'at', ms: local });
});

test('[QL4] a token that cannot be understood is a problem with its place and what is possible; the others hold', () => {
  const { terms, problems } = read('tool:file_write agnet:x outcome:okay size: "open');
  expect(terms.map(({ key }) => key)).toEqual(['tool']);
  expect(problems.map(({ from, to, possible }) => ({ from, to, possible }))).toEqual([
    { from: 16, to: 23, possible: ['agent:'] },
    {
      from: 24,
      to: 36,
      possible: ['outcome:ok', 'outcome:pending', 'outcome:error', 'outcome:refused', 'outcome:aborted'],
    },
    { from: 37, to: 42, possible: ['size:>10k', 'size:<1m', 'size:10k..1m'] },
    { from: 43, to: 48, possible: [] },
  ]);
  expect(problems[0]?.message).toBe(
    'There is no agnet:. Did you mean agent:? To look for the text itself, put it in quotes: "agnet:x".',
  );
  expect(problems[1]?.message).toBe('outcome: takes pending, ok, error, refused, aborted; not "okay".');
  expect(read('dir:in', 'jobs').problems[0]?.message).toMatch(/^dir: is not for jobs\. Possible are agent: by: /u);
  expect(read('x-y:z http:').problems).toHaveLength(1);
});

test('[QL5] a filter has at most 2,000 characters and 50 tokens, and says so', () => {
  const long = 'x'.repeat(10_000);
  expect(read(long)).toEqual({
    terms: [],
    problems: [
      {
        from: 0,
        to: 10_000,
        possible: [],
        message: 'A filter has at most 2,000 characters; this has 10,000. Make it shorter.',
      },
    ],
  });
  expect(read('x'.repeat(MAX_QUERY_CHARS)).problems).toEqual([]);
  const many = read('x '.repeat(MAX_QUERY_TERMS + 3));
  expect(many.terms).toHaveLength(MAX_QUERY_TERMS);
  expect(many.problems.map(({ from, to, message }) => ({ from, to, message }))).toEqual([
    { from: 100, to: 106, message: 'A filter has at most 50 tokens: leave some out.' },
  ]);
});

test('[QL6] where a filter must be right, its first problem is an invalid_argument with its place', () => {
  expect(queryOf('agent:a', 'frames', now)).toHaveLength(1);
  let thrown: unknown;
  try {
    queryOf('agent:a wire:tcp', 'frames', now);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(HubError);
  expect(thrown).toMatchObject({
    code: 'invalid_argument',
    message: 'filter, character 9: wire: takes sse, streamable, stateless; not "tcp".',
    details: { from: 8, to: 16, possible: ['wire:sse', 'wire:streamable', 'wire:stateless'] },
  });
});
