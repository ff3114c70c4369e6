import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileGlob } from '../../src/hub/paths/glob.ts';
import { HubError } from '../../src/protocol/errors.ts';

const paths = [
  'a.md',
  'b.txt',
  'docs/a.md',
  'docs/deep/a.md',
  'docs/deep/b.MD',
  'src/[x].ts',
  'src/x.ts',
  'src/].ts',
  'src/-.ts',
  '.hidden',
  'ü.txt',
  '👍.txt',
];

function found(pattern: string): string[] {
  const glob = compileGlob(pattern);
  if (glob instanceof HubError) throw glob;
  return paths.filter((path) => path.startsWith(glob.prefix) && glob.matches(path));
}

test.each([
  ['*.md', ['a.md']],
  ['**/*.md', ['a.md', 'docs/a.md', 'docs/deep/a.md']],
  ['a.md', ['a.md']],
  ['/*.md', ['a.md']],
  ['docs/*', ['docs/a.md']],
  ['docs/**', ['docs/a.md', 'docs/deep/a.md', 'docs/deep/b.MD']],
  ['**/a.md', ['a.md', 'docs/a.md', 'docs/deep/a.md']],
  ['docs/**/a.md', ['docs/a.md', 'docs/deep/a.md']],
  ['src/[[]x].ts', ['src/[x].ts']],
  ['src/?.ts', ['src/x.ts', 'src/].ts', 'src/-.ts']],
  // A bracket right behind the opening one, or behind its !, is one of the set.
  ['src/[]x].ts', ['src/x.ts', 'src/].ts']],
  ['src/[!]x].ts', ['src/-.ts']],
  ['src/[]].ts', ['src/].ts']],
  ['src/[x-].ts', ['src/x.ts', 'src/-.ts']],
  ['src/[a-z].ts', ['src/x.ts']],
  ['src/[!a-w].ts', ['src/x.ts', 'src/].ts', 'src/-.ts']],
  ['?.txt', ['b.txt', 'ü.txt', '👍.txt']],
  ['{a,b}.{md,txt}', ['a.md', 'b.txt']],
  ['{**/,}a.md', ['a.md', 'docs/a.md', 'docs/deep/a.md']],
  ['docs/{a,deep/{a,x}}.md', ['docs/a.md', 'docs/deep/a.md']],
  ['u\u0308.txt', ['ü.txt']],
  ['**', paths],
  ['*', paths.filter((path) => !path.includes('/'))],
])('[FI20] %s finds what it should', (pattern, expected) => {
  expect(found(pattern)).toEqual(expected);
});

test.each(['', '[a', '{a', '{a,b}'.repeat(12), 'x'.repeat(2000)])('[FI20] %j is refused', (pattern) => {
  expect(compileGlob(pattern)).toMatchObject({ code: 'invalid_argument' });
});

test('[FI20] no pattern makes a search slow', () => {
  const glob = compileGlob(`${'*a'.repeat(300)}b`);
  if (glob instanceof HubError) throw glob;
  const started = performance.now();
  expect(glob.matches('a'.repeat(1000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});

test('[FI20] every path finds itself, and its prefix is one of what it matches', () => {
  const segment = fc.stringMatching(/^[a-c.]{1,4}$/u);
  const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const pattern = fc
    .array(fc.constantFrom('a', 'b', '*', '?', '**', '/', '[ab]', '{a,b}'), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(path, pattern, (path, pattern) => {
      const glob = compileGlob(pattern);
      if (!(glob instanceof HubError) && glob.matches(path)) expect(path.startsWith(glob.prefix)).toBe(true);
      const self = compileGlob(`/${path}`);
      expect(!(self instanceof HubError) && self.matches(path)).toBe(true);
    }),
  );
});
