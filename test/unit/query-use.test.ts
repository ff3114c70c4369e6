import { expect, test } from 'vitest';
import { completeQuery, withCompletion } from '../../src/protocol/query/complete.ts';
import type { QueryKey } from '../../src/protocol/query/query-keys.ts';
import { queryMatcher } from '../../src/protocol/query/match.ts';
import { nameMatcher } from '../../src/protocol/query/name-match.ts';
import { queryOf } from '../../src/protocol/query/parse.ts';

const now = Date.parse('2026-11-29T14:32:05.250Z');
const names = (key: QueryKey) => (key === 'agent' ? ['planner', 'Claude Code', 'claude-2', 'import-planner'] : []);
const completed = (text: string, caret = text.length) => completeQuery(text, caret, 'frames', names);
const labels = (text: string, caret?: number) => completed(text, caret).options.map(({ label }) => label);

test('[QL9] keys and values are completed where the caret is, and a taken one fits into the text', () => {
  expect(labels('')).toContain('agent:');
  expect(labels('ag')).toEqual(['agent:']);
  expect(labels('-AG')).toEqual(['agent:']);
  expect(labels('agent:')).toEqual(['planner', 'Claude Code', 'claude-2', 'import-planner']);
  expect(labels('agent:pl')).toEqual(['planner', 'import-planner']);
  expect(labels('wire:s')).toEqual(['sse', 'streamable', 'stateless']);
  expect(labels('size:')).toEqual(['>10k', '<1m', '10k..1m']);
  expect(labels('"free te')).toEqual([]);
  expect(labels('nothing:')).toEqual([]);
  const text = 'wire:sse agent:"cl" dir:in';
  const here = completed(text, text.indexOf('cl') + 2);
  const [first] = here.options;
  expect(first?.label).toBe('Claude Code');
  expect(first && withCompletion(text, here, first)).toEqual({
    text: 'wire:sse agent:"Claude Code" dir:in',
    caret: 'wire:sse agent:"Claude Code" '.length,
  });
  const key = completed('-to');
  expect(key.options[0] && withCompletion('-to', key, key.options[0])).toEqual({ text: '-tool:', caret: 6 });
  const amount = completed('size:>1');
  expect(amount.options[0] && withCompletion('size:>1', amount, amount.options[0]).text).toBe('size:>10k ');
});

test('[QL10] names are compared without case, and * stands for any characters', () => {
  const fits = (written: string, ...given: readonly string[]) => given.map(nameMatcher(written));
  expect(fits('Plan', 'plan', 'PLAN', 'planner')).toEqual([true, true, false]);
  expect(fits('plan*', 'plan', 'planner', 'a-plan')).toEqual([true, true, false]);
  expect(fits('*plan*.md', 'a/plan.md', 'plan-2.md', 'plan.mdx')).toEqual([true, true, false]);
  expect(fits('a*a', 'a', 'aa', 'aba')).toEqual([false, true, true]);
  expect(fits('src/**', 'src/a/b.ts', 'srcs')).toEqual([true, false]);
  expect(fits('.+', 'xx', '.+')).toEqual([false, true]);
  expect(fits(`${'a*'.repeat(500)}b`, 'a'.repeat(20_000))).toEqual([false]);
});

test('[QL11] all tokens hold of what a filter finds; what a thing does not have matches only a negation', () => {
  interface Thing {
    readonly agent?: string;
    readonly took?: number;
    readonly at: number;
    readonly words: readonly string[];
  }
  const found = (text: string, thing: Thing) =>
    queryMatcher<Thing>(
      queryOf(text, 'events', now),
      ({ agent, took, at, words }, key) => {
        if (key === 'agent') return agent;
        if (key === 'took') return took;
        if (key === 'after' || key === 'before') return at;
        return key === 'text' ? words : undefined;
      },
      now,
    )(thing);
  const thing: Thing = { agent: 'planner', took: 700, at: now - 60_000, words: ['wrote Plan.md', 'file_write'] };
  expect(found('agent:plan* took:>500ms after:5m "plan.md"', thing)).toBe(true);
  expect(found('agent:plan* took:>700ms', thing)).toBe(false);
  expect(found('before:1m', thing)).toBe(false);
  expect(found('after:1m', thing)).toBe(true);
  expect(found('-agent:coder* -"report"', thing)).toBe(true);
  expect(found('took:>0', { at: now, words: [] })).toBe(false);
  expect(found('-took:>0 -agent:x', { at: now, words: [] })).toBe(true);
  expect(found('', thing)).toBe(true);
});
