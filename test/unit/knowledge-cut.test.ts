import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText } from '../../src/jobs/file-text/work/cut-text.ts';
import type { TextPassage } from '../../src/jobs/file-text/text-passage.ts';

function cut(text: string, isMarkdown = true): { readonly passages: TextPassage[]; readonly title?: string } {
  const passages: TextPassage[] = [];
  const { title } = cutText([{ text, place: {} }], {
    isMarkdown,
    hasLines: true,
    onPassage: (passage) => passages.push(passage),
  });
  return { passages, ...(title === undefined ? {} : { title }) };
}

test('[KN8] a text is cut at its headings, which each passage has above it', () => {
  const { passages, title } = cut('# Plan\n\nIntro.\n\n## One\n\nFirst.\n\n### Deep\n\nDeeper.\n\n## Two\n\nSecond.\n');
  expect(title).toBe('Plan');
  expect(passages.map(({ heading, text, lines }) => [heading, text, lines])).toEqual([
    ['Plan', '# Plan\n\nIntro.', [1, 3]],
    ['Plan › One', '## One\n\nFirst.', [5, 7]],
    ['Plan › One › Deep', '### Deep\n\nDeeper.', [9, 11]],
    ['Plan › Two', '## Two\n\nSecond.', [13, 15]],
  ]);
});

test('[KN8] what is fenced stays together, and a # in it or in a plain text is no heading', () => {
  expect(cut('a\n\n```\n# no\n\n# heading\n```\n\nb').passages).toHaveLength(1);
  expect(cut('# no heading\ntext', false).passages).toMatchObject([{ text: '# no heading\ntext' }]);
  expect(cut('# no heading\ntext', false).passages[0]).not.toHaveProperty('heading');
});

test('[KN8] paragraphs are put together up to a length, and what is longer is cut at ends of sentences', () => {
  const paragraph = (n: number): string => `Sentence ${n} says so. `.repeat(30).trim();
  const { passages } = cut(Array.from({ length: 6 }, (_, n) => paragraph(n)).join('\n\n'));
  expect(passages.map(({ text }) => text.length < 1_900)).toEqual(passages.map(() => true));
  expect(passages.length).toBeLessThan(6);
  const long = cut('One sentence that is long enough. '.repeat(500)).passages;
  expect(long.length).toBeGreaterThan(8);
  for (const { text } of long) expect(text.endsWith('.')).toBe(true);
});

test('[KN7] passages are letter by letter at their place, whatever the text is', () => {
  const line = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom('', '   ', '# head', '## sub', '```', '\t- item', 'x'.repeat(5_000), '𝒳𝒴𝒵 '.repeat(900), '\ud800'),
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 30 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      (all, end, isMarkdown) => {
        const text = all.join(end);
        const characters = [...text];
        const { passages } = cut(text, isMarkdown);
        let covered = '';
        for (const {
          text: part,
          characters: [from, to],
          lines: [first, last] = [0, 0],
        } of passages) {
          expect(characters.slice(from, to).join('')).toBe(part);
          expect(part.length).toBeLessThanOrEqual(2_400);
          expect(part.split('\n').length).toBe(last - first + 1);
          expect([...text.slice(0, text.indexOf(part))].length).toBeLessThanOrEqual(from);
          covered += part;
        }
        // Nothing but blanks is left out.
        expect(covered.replaceAll(/[\s\u00a0\u3000]/gu, '')).toBe(text.replaceAll(/[\s\u00a0\u3000]/gu, ''));
      },
    ),
    { numRuns: 300 },
  );
});

test('[KN8] rows of a sheet and pages are counted within each', () => {
  const passages: TextPassage[] = [];
  cutText(
    [
      { text: 'a\tb\n1\t2\n\n', place: { sheet: 'One' } },
      { text: 'c\td\n3\t4', place: { sheet: 'Two' } },
    ],
    { isMarkdown: false, hasLines: false, onPassage: (passage) => passages.push(passage) },
  );
  expect(passages).toEqual([
    { text: 'a\tb\n1\t2', characters: [0, 7], sheet: 'One', rows: [1, 2] },
    { text: 'c\td\n3\t4', characters: [9, 16], sheet: 'Two', rows: [1, 2] },
  ]);
});

test('[KN19] one line of 20 MB is cut in a time that grows with its length', () => {
  const { passages } = cut('word '.repeat(4_000_000));
  expect(passages.length).toBeGreaterThan(8_000);
  expect(cut('x'.repeat(3_000_000)).passages.length).toBeGreaterThan(1_200);
});
