import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameOf, normalizeFolder, normalizePath } from '../../src/hub/paths/path.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { folderOf } from '../../src/protocol/folders-above.ts';

test('[FI1] a name is one name however it was typed: paths are in NFC', () => {
  expect(normalizePath('cafe\u0301/u\u0308.txt')).toBe('caf\u00e9/\u00fc.txt');
});

test.each([
  'plan.md',
  'a/b/c.txt',
  `it's "ok" 100% ü.txt`,
  '日本/語.md',
  '👩‍👩‍👧.png',
  '...',
  'a..b',
  ' x ',
  '.hidden',
  'C:x',
  '%2e%2e',
  'a?b*c',
])('[FI2] %j is a path', (path) => {
  expect(normalizePath(path)).toBe(path);
});

test.each([
  ['', 'empty'],
  ['/etc/passwd', 'begins with /'],
  ['a/', 'ends with /'],
  ['a//b', 'two slashes'],
  ['.', 'segment .'],
  ['a/../b', 'segment ..'],
  ['..', 'segment ..'],
  ['a/./b', 'segment .'],
  ['a\\b', 'backslash'],
  ['a\u0000b', 'control'],
  ['a\nb', 'control'],
  ['a\u0085b', 'control'],
  ['a\u2028b', 'control'],
  ['a\u202egpj.exe', 'control'],
  ['\ud800', 'well-formed'],
  ['a/ /b', 'only blanks'],
  ['ü'.repeat(128), 'longer than 255 bytes'],
  [Array.from({ length: 11 }, () => 'x'.repeat(100)).join('/'), 'longer than 1024 bytes'],
])('[FI2] %j is refused and the refusal says why', (path, why) => {
  const refused = normalizePath(path);
  expect(refused).toBeInstanceOf(HubError);
  expect(refused).toMatchObject({ code: 'invalid_path', message: expect.stringContaining(why) });
});

test('[FI2] the limits themselves are within', () => {
  expect(normalizePath('ü'.repeat(127) + 'x')).toHaveLength(128);
  const longest = [...Array.from({ length: 10 }, () => 'x'.repeat(99)), 'y'.repeat(24)].join('/');
  expect(Buffer.byteLength(longest)).toBe(1024);
  expect(normalizePath(longest)).toBe(longest);
});

test('[FI2] whatever passes is stable, relative and free of traversal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const path = normalizePath(text);
      if (path instanceof HubError) return;
      expect(normalizePath(path)).toBe(path);
      expect(
        new URL(path.split('/').map(encodeURIComponent).join('/'), 'http://h/files/').pathname.startsWith('/files/'),
      ).toBe(true);
      expect(path.split('/').some((segment) => ['', '.', '..'].includes(segment))).toBe(false);
    }),
  );
});

test('[FI2] a folder may end with a slash and may be the top', () => {
  expect([normalizeFolder(''), normalizeFolder('/'), normalizeFolder('a/b/')]).toEqual(['', '', 'a/b']);
  expect(normalizeFolder('a//')).toBeInstanceOf(HubError);
  expect([folderOf('a/b/c'), folderOf('c'), nameOf('a/b/c'), nameOf('c')]).toEqual(['a/b', '', 'c', 'c']);
});
