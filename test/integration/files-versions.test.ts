import { expect, test } from 'vitest';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

const NAME = `it's "ok" 100% ü.txt`;

test('[FI4] the same name makes a new version of the same file; older ones stay readable', async () => {
  await using t = await openTestFiles();
  const first = await t.put(NAME, 'one');
  const second = await t.put(NAME.normalize('NFD'), 'two!');
  expect(first).toMatchObject({ path: NAME, version: 1, sizeBytes: 3, mime: 'text/plain', source: 'import' });
  expect(second).toMatchObject({ id: first.id, path: NAME, version: 2, createdAt: first.createdAt });
  expect(await t.text(NAME)).toBe('two!');
  expect(await t.text(NAME, 1)).toBe('one');
  expect(await t.files.stat(t.workspace, NAME, 1)).toMatchObject({ version: 1, sha256: first.sha256 });
  expect((await t.files.versions(first.id)).items.map(({ version }) => version)).toEqual([2, 1]);
  expect(t.test.hub.state.workspaces.get(t.workspace)).toMatchObject({ usedBytes: 7, fileCount: 1 });
  await t.restart();
  expect(await t.text(NAME, 1)).toBe('one');
});

test('[FI4] a part of a file is read by a range of bytes', async () => {
  await using t = await openTestFiles();
  await t.put('ten', '0123456789');
  const part = async (range: { start: number; end?: number }) => {
    const { stream, sizeBytes } = await t.files.read(t.workspace, 'ten', { range });
    const bytes = Buffer.concat(await stream.toArray());
    expect(bytes.byteLength).toBe(sizeBytes);
    return bytes.toString();
  };
  expect(await part({ start: 0 })).toBe('0123456789');
  expect(await part({ start: 3, end: 5 })).toBe('345');
  expect(await part({ start: 9, end: 99 })).toBe('9');
  await expect(part({ start: 10 })).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(part({ start: 5, end: 4 })).rejects.toMatchObject({ code: 'invalid_argument' });
  await t.put('none', '');
  expect(await t.text('none')).toBe('');
});

test('[FI5] if_version is what the file must be at; 0 says that it must not be there', async () => {
  await using t = await openTestFiles();
  const write = (ifVersion: number) =>
    t.files.write(human, { workspace: t.workspace, path: 'a', content: Buffer.from('x'), source: 'tool', ifVersion });
  await expect(write(1)).rejects.toMatchObject({ code: 'conflict', details: { current_version: 0 } });
  expect(await write(0)).toMatchObject({ version: 1 });
  await expect(write(0)).rejects.toMatchObject({ code: 'conflict', details: { current_version: 1 } });
  expect(await write(1)).toMatchObject({ version: 2 });
  await t.files.delete(human, { workspace: t.workspace, path: 'a' });
  await expect(write(2)).rejects.toMatchObject({ code: 'conflict' });
  expect(await write(0)).toMatchObject({ version: 3 });
});

test('[FI5] of writers that all saw the same version one gets through', async () => {
  await using t = await openTestFiles();
  await t.put('a', 'start');
  const tries = await Promise.allSettled(
    Array.from({ length: 8 }, (_, n) =>
      t.files.write(human, {
        workspace: t.workspace,
        path: 'a',
        content: Buffer.from(`${n}`),
        source: 'tool',
        ifVersion: 1,
      }),
    ),
  );
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await t.files.stat(t.workspace, 'a')).toMatchObject({ version: 2 });
});

test('[FI11] a deleted file goes into the bin and comes back as its next version', async () => {
  await using t = await openTestFiles();
  const file = await t.put('a/b', 'one');
  await t.files.delete(human, { workspace: t.workspace, path: 'a/b' });
  await expect(t.files.stat(t.workspace, 'a/b')).rejects.toMatchObject({ code: 'not_found', details: { version: 1 } });
  await expect(t.files.delete(human, { workspace: t.workspace, path: 'a/b' })).rejects.toMatchObject({
    code: 'not_found',
  });
  expect((await t.files.folder(t.workspace, '')).folders).toEqual([]);
  expect((await t.files.list(t.workspace, { deleted: true })).items).toMatchObject([{ id: file.id, path: 'a/b' }]);
  expect(t.test.hub.state.workspaces.get(t.workspace)).toMatchObject({ usedBytes: 3, fileCount: 0 });

  const back = await t.files.restore(human, { workspace: t.workspace, path: 'a/b', version: 1 });
  expect(back).toMatchObject({ id: file.id, version: 2, source: 'import' });
  expect(back).not.toHaveProperty('deletedAt');
  expect(await t.text('a/b')).toBe('one');
  expect((await t.files.list(t.workspace, { deleted: true })).items).toEqual([]);
  expect(t.test.hub.state.workspaces.get(t.workspace)).toMatchObject({ usedBytes: 6, fileCount: 1 });
  await expect(t.files.restore(human, { workspace: t.workspace, path: 'a/b', version: 9 })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('[FI11] an older version restored is a new version, the ones between stay', async () => {
  await using t = await openTestFiles();
  await t.put('a', 'one');
  await t.put('a', 'two');
  expect(await t.files.restore(human, { workspace: t.workspace, path: 'a', version: 1 })).toMatchObject({ version: 3 });
  expect([await t.text('a'), await t.text('a', 2)]).toEqual(['one', 'two']);
});

test('[FI12] a moved file keeps its id and versions; what it replaces goes into the bin', async () => {
  await using t = await openTestFiles();
  const a = await t.put('a', 'one');
  await t.put('a', 'two');
  const b = await t.put('dir/b', 'other');
  const move = (overwrite: boolean) =>
    t.files.move(human, { workspace: t.workspace, from: 'a', to: 'dir/b', overwrite });
  await expect(move(false)).rejects.toMatchObject({ code: 'name_taken' });
  expect(await move(true)).toMatchObject({ id: a.id, version: 2, path: 'dir/b' });
  expect([await t.text('dir/b'), await t.text('dir/b', 1)]).toEqual(['two', 'one']);
  await expect(t.files.stat(t.workspace, 'a')).rejects.toMatchObject({ code: 'not_found' });
  expect((await t.files.list(t.workspace, { deleted: true })).items).toMatchObject([{ id: b.id, path: 'dir/b' }]);
  expect((await t.files.folder(t.workspace, '')).folders).toEqual([{ name: 'dir', fileCount: 1, sizeBytes: 3 }]);

  const again = { workspace: t.workspace, path: 'dir/b', version: 1, fileId: b.id };
  await expect(t.files.restore(human, again)).rejects.toMatchObject({ code: 'conflict' });
  await t.files.move(human, { workspace: t.workspace, from: 'dir/b', to: 'c' });
  expect(await t.files.restore(human, again)).toMatchObject({ id: b.id, version: 2, path: 'dir/b' });
  await expect(t.files.move(human, { workspace: t.workspace, from: 'c', to: 'c' })).rejects.toMatchObject({
    code: 'invalid_argument',
  });
});

test('[FI13] a copy is a file of its own, and onto a file its next version', async () => {
  await using t = await openTestFiles();
  const a = await t.put('a', 'one');
  const copy = await t.files.copy(human, { workspace: t.workspace, from: 'a', to: 'b' });
  expect(copy).toMatchObject({ path: 'b', version: 1, sha256: a.sha256, source: 'import' });
  expect(copy.id).not.toBe(a.id);
  await expect(t.files.copy(human, { workspace: t.workspace, from: 'a', to: 'b' })).rejects.toMatchObject({
    code: 'name_taken',
  });
  await t.put('a', 'two');
  expect(await t.files.copy(human, { workspace: t.workspace, from: 'a', to: 'b', overwrite: true })).toMatchObject({
    id: copy.id,
    version: 2,
  });
  expect([await t.text('b'), await t.text('b', 1)]).toEqual(['two', 'one']);
});

test('[FI13] files go from one workspace to another as copies', async () => {
  await using t = await openTestFiles();
  const { workspace: other } = await t.test.hub.execute(createWorkspace, { name: 'other' }, human);
  await t.put('a', 'one');
  await t.files.copy(human, { workspace: t.workspace, from: 'a', to: 'x', toWorkspace: other });
  const moved = await t.files.move(human, { workspace: t.workspace, from: 'a', to: 'y', toWorkspace: other });
  expect(moved).toMatchObject({ workspace: other, path: 'y', version: 1 });
  expect((await t.files.list(other)).items.map(({ path }) => path)).toEqual(['x', 'y']);
  expect((await t.files.list(t.workspace)).items).toEqual([]);
  expect((await t.files.list(t.workspace, { deleted: true })).items).toHaveLength(1);
  expect(t.test.hub.state.workspaces.get(other)).toMatchObject({ usedBytes: 6, fileCount: 2 });
  await t.test.hub.execute(deleteWorkspace, { workspace: other, confirm: 'other' }, human);
  await expect(t.files.versions(moved.id)).rejects.toMatchObject({ code: 'not_found' });
  expect((await t.files.list(other)).items).toEqual([]);
});

test('[FI14] the quota is held before the first byte, while they come, and by copies', async () => {
  await using t = await openTestFiles();
  await t.test.hub.execute(updateWorkspace, { workspace: t.workspace, quotaBytes: 1000 }, human);
  await t.put('a', Buffer.alloc(600));
  const full = { code: 'quota_exceeded', details: { quota_bytes: 1000, used_bytes: 600 } };
  await expect(t.put('b', Buffer.alloc(401))).rejects.toMatchObject(full);
  let taken = 0;
  async function* endless() {
    for (;;) {
      taken += 100;
      yield Buffer.alloc(100);
    }
  }
  const stream = t.files.write(human, { workspace: t.workspace, path: 'b', content: endless(), source: 'tool' });
  await expect(stream).rejects.toMatchObject(full);
  expect(taken).toBe(500);
  await expect(t.files.copy(human, { workspace: t.workspace, from: 'a', to: 'c' })).rejects.toMatchObject(full);
  await t.files.move(human, { workspace: t.workspace, from: 'a', to: 'c' });
  await t.put('b', Buffer.alloc(400));
  await t.files.delete(human, { workspace: t.workspace, path: 'c' });
  await expect(t.put('d', Buffer.alloc(1))).rejects.toMatchObject({ code: 'quota_exceeded' });
  await t.files.delete(human, { workspace: t.workspace, path: 'c', purge: true });
  await t.put('d', Buffer.alloc(600));
});

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

test('[FI22] a type is told by content, then by what the writer says, then by name', async () => {
  await using t = await openTestFiles();
  const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex');
  const type = async (path: string, content: Uint8Array | string, mime?: string) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return (
      await t.files.write(human, {
        workspace: t.workspace,
        path,
        content: bytes,
        source: 'tool',
        ...(mime && { mime }),
      })
    ).mime;
  };
  expect(await type('a.txt', png)).toBe('image/png');
  expect(await type('a.png', 'really text')).toBe('text/plain');
  expect(await type('a.md', '# hi')).toBe('text/markdown');
  expect(await type('a.md', '# hi', 'text/x-special; charset=utf-8')).toBe('text/x-special');
  expect(await type('a.md', '# hi', 'image/png')).toBe('text/markdown');
  expect(await type('a', '%PDF-1.7\n')).toBe('application/pdf');
  expect(await type('a.xml', '<?xml version="1.0"?>\n<svg xmlns="x"/>')).toBe('image/svg+xml');
  expect(await type('a.json', '')).toBe('application/json');
  expect(await type('a', Buffer.from([0, 1, 2, 3]), 'application/x-thing')).toBe('application/x-thing');
  expect(await type('a', Buffer.from([0, 1, 2, 3]), 'not a type')).toBe('application/octet-stream');
});

test('[FI25] a content that is not the announced one is refused', async () => {
  await using t = await openTestFiles();
  const write = (sha256: string) =>
    t.files.write(human, { workspace: t.workspace, path: 'a', content: Buffer.from('abc'), source: 'tool', sha256 });
  await expect(write('0'.repeat(64))).rejects.toMatchObject({ code: 'checksum_mismatch' });
  await expect(t.files.stat(t.workspace, 'a')).rejects.toMatchObject({ code: 'not_found' });
  await write('BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD');
});

test('[FI26] a viewer reads and does not write, in its own workspaces', async () => {
  await using t = await openTestFiles();
  await t.put('a', 'x');
  const viewer = await t.test.agent('viewer', 'viewer');
  const { workspace: other } = await t.test.hub.execute(createWorkspace, { name: 'other' }, human);
  const editor = await t.test.agent('editor');
  const forbidden = { code: 'forbidden' };
  const to = (workspace: string) => ({ workspace, path: 'a', content: Buffer.from('y'), source: 'tool' as const });
  await expect(t.files.write(viewer.origin, to(t.workspace))).rejects.toMatchObject(forbidden);
  await expect(t.files.write(editor.origin, to(other))).rejects.toMatchObject(forbidden);
  await expect(t.files.delete(viewer.origin, { workspace: t.workspace, path: 'a' })).rejects.toMatchObject(forbidden);
  await expect(t.files.restore(viewer.origin, { workspace: t.workspace, path: 'a', version: 1 })).rejects.toMatchObject(
    forbidden,
  );
  await expect(t.files.move(viewer.origin, { workspace: t.workspace, from: 'a', to: 'b' })).rejects.toMatchObject(
    forbidden,
  );
  const across = { workspace: t.workspace, from: 'a', to: 'b', toWorkspace: other };
  await expect(t.files.copy(editor.origin, across)).rejects.toMatchObject(forbidden);
  expect(await t.files.write(editor.origin, to(t.workspace))).toMatchObject({ writtenBy: editor.origin.actor });
});
