import { expect, test } from 'vitest';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

test('[FI17] a path that is not there brings those that may be meant', async () => {
  await using t = await openTestFiles();
  for (const path of ['notes/plan.md', 'notes/other.md', 'old/report.md', 'zzz.bin']) await t.put(path, 'x');
  await expect(t.files.stat(t.workspace, 'notes/plam.md')).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('"notes/plan.md"'),
    details: { near: ['notes/plan.md'] },
  });
  await expect(t.files.stat(t.workspace, 'Report.md')).rejects.toMatchObject({ details: { near: ['old/report.md'] } });
  await expect(t.files.stat(t.workspace, 'nothing-like-it')).rejects.toMatchObject({ details: { near: [] } });
});

test('[FI18] lists are read by page, without gaps or doubles', async () => {
  await using t = await openTestFiles();
  const paths = ['a', 'b/1', 'b/2', 'b/x/1', 'ü', '語', 'b-side'];
  for (const path of paths) await t.put(path, 'x');
  const read = async (limit: number, more: object) => {
    const seen: string[] = [];
    for (let cursor: string | undefined, go = true; go; go = cursor !== undefined) {
      const page = await t.files.list(t.workspace, { limit, ...more, ...(cursor === undefined ? {} : { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      seen.push(...page.items.map(({ path }) => path));
      cursor = page.nextCursor;
    }
    return seen;
  };
  expect(await read(2, {})).toEqual(['a', 'b-side', 'b/1', 'b/2', 'b/x/1', 'ü', '語']);
  expect(await read(1, { prefix: 'b/' })).toEqual(['b/1', 'b/2', 'b/x/1']);
  for (const path of paths) {
    t.test.clock.advance(1);
    await t.files.delete(human, { workspace: t.workspace, path });
  }
  expect(await read(3, { deleted: true })).toEqual(paths.toReversed());
  await expect(t.files.list(t.workspace, { cursor: 'no' })).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(t.files.list(t.workspace, { limit: 0 })).rejects.toMatchObject({ code: 'invalid_argument' });
});

test('[FI19] one level of the tree says what is below each folder, by page', async () => {
  await using t = await openTestFiles();
  for (const path of ['a/1', 'a/b/2', 'a/b/c/3', 'd/4', 'top1', 'top2']) await t.put(path, path);
  const { folders, files } = await t.files.folder(t.workspace, '');
  expect(folders).toEqual([
    { name: 'a', fileCount: 3, sizeBytes: 15 },
    { name: 'd', fileCount: 1, sizeBytes: 3 },
  ]);
  expect(files.map(({ path }) => path)).toEqual(['top1', 'top2']);
  const seen: string[] = [];
  for (let cursor: string | undefined, go = true; go; go = cursor !== undefined) {
    const page = await t.files.folder(t.workspace, '', { limit: 1, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...page.folders.map(({ name }) => `${name}/`), ...page.files.map(({ path }) => path));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(['a/', 'd/', 'top1', 'top2']);
  expect(await t.files.folder(t.workspace, 'a/b')).toMatchObject({
    folders: [{ name: 'c' }],
    files: [{ path: 'a/b/2' }],
  });
  await t.files.move(human, { workspace: t.workspace, from: 'a/b/c/3', to: 'd/3' });
  expect((await t.files.folder(t.workspace, 'a/b')).folders).toEqual([]);
  expect((await t.files.folder(t.workspace, '')).folders).toMatchObject([{ fileCount: 2 }, { fileCount: 2 }]);
});

test('[FI20] files are found by glob, by page', async () => {
  await using t = await openTestFiles();
  for (const path of ['a.md', 'x/b.md', 'x/y/c.md', 'x/d.txt']) await t.put(path, 'x');
  const first = await t.files.find(t.workspace, '**/*.md', { limit: 2 });
  expect(first.items.map(({ path }) => path)).toEqual(['a.md', 'x/b.md']);
  const second = await t.files.find(t.workspace, '**/*.md', { limit: 2, cursor: first.nextCursor ?? '' });
  expect(second.items.map(({ path }) => path)).toEqual(['x/y/c.md']);
  expect(second.nextCursor).toBeUndefined();
  await expect(t.files.find(t.workspace, '[')).rejects.toMatchObject({ code: 'invalid_argument' });
});
