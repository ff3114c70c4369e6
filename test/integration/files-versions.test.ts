import { expect, test } from 'vitest';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
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

test('[FI22] a type is decided by content, then by what the writer says, then by name', async () => {
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
  await expect(t.files.write(editor.origin, to(other))).rejects.toMatchObject({ code: 'not_found' });
  await expect(t.files.delete(viewer.origin, { workspace: t.workspace, path: 'a' })).rejects.toMatchObject(forbidden);
  await expect(t.files.restore(viewer.origin, { workspace: t.workspace, path: 'a', version: 1 })).rejects.toMatchObject(
    forbidden,
  );
  await expect(t.files.move(viewer.origin, { workspace: t.workspace, from: 'a', to: 'b' })).rejects.toMatchObject(
    forbidden,
  );
  const across = { workspace: t.workspace, from: 'a', to: 'b', toWorkspace: other };
  await expect(t.files.copy(editor.origin, across)).rejects.toMatchObject({ code: 'not_found' });
  expect(await t.files.write(editor.origin, to(t.workspace))).toMatchObject({ writtenBy: editor.origin.actor });
});
