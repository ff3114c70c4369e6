import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextCounter } from '../../src/jobs/work/text-counter.ts';
import { looksLikeText, wholeCharacters } from '../../src/hub/files/text-sniff.ts';

function count(text: string, pieceBytes = 1 << 20) {
  const counter = new TextCounter();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) counter.add(bytes.subarray(at, at + pieceBytes));
  return counter.counts();
}

test.each([
  ['', 0, 0, 'none'],
  ['one', 1, 1, 'none'],
  ['one\n', 1, 1, 'lf'],
  ['one two\r\nthree', 2, 3, 'crlf'],
  ['a\rb\r', 2, 2, 'cr'],
  ['a\nb\r\nc', 3, 3, 'mixed'],
  ['\n\n\n', 3, 0, 'lf'],
  ['naïve\u00a0café\u3000日本', 1, 3, 'none'],
])('[JB4] %j has %i lines and %i words', (text, lines, words, lineEnding) => {
  expect(count(text)).toMatchObject({ lines, words, lineEnding, characters: [...text].length });
});

test('[JB4] counts do not depend on where a text is cut', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', ' ', '\n', '\r', 'ü', '\u00a0', '\u2003', '語', '👍', '\t'),
    maxLength: 60,
  });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 7 }), (text, pieceBytes) => {
      const counted = count(text, pieceBytes);
      expect(counted.words).toBe(text.split(/\s+/u).filter((word) => word !== '').length);
      expect(counted.characters).toBe([...text].length);
      const lines = text.split(/\r\n|\r|\n/u);
      expect(counted.lines).toBe(lines.length - (lines.at(-1) === '' ? 1 : 0));
    }),
  );
});

test('[FI22] text is recognised by its bytes', () => {
  const texts = ['plain', 'ünïcödé', '\u001b[31mred\u001b[0m', ''].map((text) => Buffer.from(text));
  for (const head of [...texts, Buffer.from('na\xefve caf\xe9', 'latin1'), Buffer.from('\ufeffhé', 'utf16le')]) {
    expect(looksLikeText(head)).toBe(true);
  }
  expect(looksLikeText(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))).toBe(false);
  expect(looksLikeText(Buffer.from('text\u0000with a zero'))).toBe(false);
});

test('[FI22] a character that is cut off at the end of a head is no reason to doubt it', () => {
  const bytes = Buffer.from('abc👍');
  for (let end = 3; end < bytes.length; end += 1) {
    expect(wholeCharacters(bytes.subarray(0, end)).toString()).toBe(Buffer.from('abc').toString());
    expect(looksLikeText(bytes.subarray(0, end))).toBe(true);
  }
  expect(wholeCharacters(bytes)).toHaveLength(7);
});
