import { expect, test } from 'vitest';
import { indentJson } from '../../src/dashboard/ui/indent-json.ts';

test('[UI40] a message is indented, and its numbers, escapes and repeated members stay as they were written', () => {
  const written = [
    '{"id":12345678901234567890,',
    '"a":[5000.0,1e3,-0, 0.10000000000000000555],"a": {} , "e":[ ],',
    '"s":"\\u0041\\/, {x: [1]}\\\\","t":"\\"","u":true,"n":null,"deep":{"x":[{}]}}',
  ].join('');
  const indented = indentJson(written);
  expect(indented).toBe(
    `{
  "id": 12345678901234567890,
  "a": [
    5000.0,
    1e3,
    -0,
    0.10000000000000000555
  ],
  "a": {},
  "e": [],
  "s": "\\u0041\\/, {x: [1]}\\\\",
  "t": "\\"",
  "u": true,
  "n": null,
  "deep": {
    "x": [
      {}
    ]
  }
}`,
  );
  expect(indentJson(indented)).toBe(indented);
});

test('[UI40] where nothing can change, a message is indented as JSON.stringify does', () => {
  const values: unknown[] = [
    { a: [1, { b: [] }], c: {}, d: 'x\u2028y "z"' },
    [],
    {},
    [[[]]],
    'text',
    7,
    null,
    [0, [1]],
  ];
  for (const value of values) expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, undefined, 2));
});

test('[UI40] text that is not JSON, or is cut, is shown as it is', () => {
  for (const text of [
    '/messages?sessionId=ses_1',
    '{"a": 1,  "b',
    '[1 2]',
    '{a: 1}',
    ' ',
    '\ufeff{"a":1}',
    'event: x',
  ]) {
    expect(indentJson(text)).toBe(text);
  }
});

test('[UI40] a message of ten thousand levels is indented without growing out of proportion', () => {
  const text = `${'['.repeat(10_000)}1${']'.repeat(10_000)}`;
  const indented = indentJson(text);
  expect(indented.replaceAll(/\s/gu, '')).toBe(text);
  expect(indented.length).toBeLessThan(text.length * 70);
});
