import { expect, test } from 'vitest';
import { droppedFiles } from '../../src/dashboard/uploads/dropped-files.ts';

const refused = new DOMException('A requested file or directory could not be found', 'NotFoundError');

/** An entry as Chromium gives it. */
const file = (name: string, isReadable = true) => ({
  name,
  isFile: true,
  file: (done: (file: File) => void, fail: (error: unknown) => void) =>
    isReadable ? done(new File([name], name)) : fail(refused),
});

/** A folder that is read in portions; after them it ends, or fails. */
const folder = (name: string, portions: readonly object[][], isReadable = true) => ({
  name,
  isFile: false,
  createReader: () => {
    const left = [...portions];
    return {
      readEntries: (done: (entries: readonly object[]) => void, fail: (error: unknown) => void) =>
        left.length > 0 || isReadable ? done(left.shift() ?? []) : fail(refused),
    };
  },
});

function transferOf(...entries: readonly object[]): DataTransfer {
  const items = entries.map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entry }));
  // Only what is read of it: Node has no DataTransfer.
  return { items, files: [] } as unknown as DataTransfer;
}

test('[UX42] what cannot be read of a drop is named, and keeps nothing else back', async () => {
  const { files, unreadable } = await droppedFiles(
    transferOf(
      file('link', false),
      folder('box', [[file('a.txt'), file('gone.txt', false)], [folder('deep', [[file('b.txt')]])]]),
      folder('torn', [[file('c.txt')]], false),
      file('d.txt'),
    ),
  );
  expect(files.map(({ path }) => path)).toEqual(['box/a.txt', 'box/deep/b.txt', 'torn/c.txt', 'd.txt']);
  expect(unreadable.toSorted()).toEqual(['box/gone.txt', 'link', 'torn']);
});
