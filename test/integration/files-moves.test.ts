import { expect, test } from 'vitest';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

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
