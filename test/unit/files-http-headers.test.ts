import { expect, test } from 'vitest';
import { byteRange } from '../../src/server/contents/byte-range.ts';
import { contentDisposition } from '../../src/server/contents/content-disposition.ts';
import { evaluate, rangeCounts } from '../../src/server/contents/preconditions.ts';

test.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=2-5', { start: 2, end: 5 }],
  ['bytes=5-', { start: 5, end: 9 }],
  ['bytes=5-99', { start: 5, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-99', { start: 0, end: 9 }],
  ['Bytes= 1-2 ', { start: 1, end: 2 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=10-20', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-2', undefined],
  ['bytes=a-b', undefined],
  ['bytes=', undefined],
  ['bytes=0-1,3-4', undefined],
  ['lines=1-2', undefined],
  [undefined, undefined],
])('[DL2] of ten bytes %j asks %j', (header, expected) => {
  expect(byteRange(header, 10)).toEqual(expected);
});

test('[DL2] of nothing no range can be had', () => {
  expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
  expect(byteRange('bytes=-1', 0)).toBe('unsatisfiable');
});

const lastModified = Date.UTC(2026, 0, 5, 9, 0, 0, 500);
const validators = { etag: '"abc"', lastModified };
const at = (ms: number) => new Date(ms).toUTCString();

test.each([
  [{}, 'go_on'],
  [{ 'if-none-match': '"abc"' }, 'not_modified'],
  [{ 'if-none-match': 'W/"abc"' }, 'not_modified'],
  [{ 'if-none-match': '"x", "abc"' }, 'not_modified'],
  [{ 'if-none-match': '*' }, 'not_modified'],
  [{ 'if-none-match': '"x"', 'if-modified-since': at(lastModified) }, 'go_on'],
  [{ 'if-modified-since': at(lastModified) }, 'not_modified'],
  [{ 'if-modified-since': at(lastModified - 1000) }, 'go_on'],
  [{ 'if-modified-since': 'yesterday' }, 'go_on'],
  [{ 'if-match': '"x"' }, 'failed'],
  [{ 'if-match': 'W/"abc"' }, 'failed'],
  [{ 'if-match': '"x", "abc"' }, 'go_on'],
  [{ 'if-unmodified-since': at(lastModified - 1000) }, 'failed'],
  [{ 'if-unmodified-since': at(lastModified) }, 'go_on'],
] as const)('[DL5] with %j: %s', (headers, expected) => {
  expect(evaluate(new Headers(headers), validators)).toBe(expected);
});

test.each([
  ['"abc"', true],
  ['"x"', false],
  ['W/"abc"', false],
  [at(lastModified), true],
  [at(lastModified + 1000), false],
])('[DL4] If-Range %s: %s', (header, expected) => {
  expect(rangeCounts(new Headers({ 'if-range': header }), validators)).toBe(expected);
});

test('[DL8] any name goes into a header, in ASCII and truly', () => {
  expect(contentDisposition('attachment', `it's "ok" 100% ü.txt`)).toBe(
    `attachment; filename="it's _ok_ 100_ _.txt"; filename*=UTF-8''it%27s%20%22ok%22%20100%25%20%C3%BC.txt`,
  );
  expect(contentDisposition('inline', '👍(1)*.md')).toContain("filename*=UTF-8''%F0%9F%91%8D%281%29%2A.md");
});
