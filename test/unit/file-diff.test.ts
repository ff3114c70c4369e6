import { expect, test } from 'vitest';
import { firstLines, unifiedLines, type DiffLine } from '../../src/protocol/file-diff.ts';

const removed = (before: number, text: string): DiffLine => ({ kind: 'removed', text, before });
const added = (after: number, text: string): DiffLine => ({ kind: 'added', text, after });
const same = (before: number, after: number, text: string): DiffLine => ({ kind: 'same', text, before, after });

test('[DF1] a comparison is written as POSIX has it: a side without lines by the line before', () => {
  const hunks = [
    { beforeStart: 1, afterStart: 1, lines: [added(1, 'new')] },
    { beforeStart: 4, afterStart: 5, lines: [same(4, 5, 'a'), removed(5, 'b'), added(6, 'c')] },
    { beforeStart: 9, afterStart: 10, lines: [removed(9, 'end')] },
  ];
  expect(unifiedLines({ addedLines: 2, removedLines: 2, hunks })).toEqual([
    '@@ -0,0 +1 @@',
    '+new',
    '@@ -4,2 +5,2 @@',
    ' a',
    '-b',
    '+c',
    '@@ -9 +9,0 @@',
    '-end',
  ]);
});

test('[DF4] a long comparison is cut, and says by how many lines', () => {
  const lines = [removed(1, 'a'), removed(2, 'b'), removed(3, 'c')];
  const diff = {
    addedLines: 0,
    removedLines: 6,
    hunks: [
      { beforeStart: 1, afterStart: 1, lines },
      { beforeStart: 11, afterStart: 8, lines },
    ],
  };
  expect(firstLines(diff, 6)).toBe(diff);
  const cut = firstLines(diff, 2);
  expect(cut.moreLines).toBe(4);
  expect(cut.hunks.map((hunk) => hunk.lines.length)).toEqual([2]);
});
