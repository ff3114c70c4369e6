import { hash } from 'node:crypto';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { buffer, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { human } from '../support/open-hub.ts';
import { openTestFiles } from '../support/open-files.ts';

const small = 'the right bytes';
const large = Buffer.alloc(3 * 1024 * 1024, 'right ');
const kinds: readonly [what: string, content: Buffer][] = [
  ['small', Buffer.from(small)],
  ['large', large],
];

test.each(kinds)(
  '[FI31] [FI51] a %s content that was changed on the disk is not given as the version, and is mended by the next write of it',
  async (_what, content) => {
    await using t = await openTestFiles();
    const { sha256 } = await t.put('a.bin', content);
    writeFileSync(await t.files.blobs.fileOf(sha256), Buffer.alloc(content.length, 'wrong '));
    await expect(t.text('a.bin')).rejects.toMatchObject({ code: 'storage_failed' });

    expect(await t.put('b.bin', content)).toMatchObject({ sha256 });
    for (const path of ['a.bin', 'b.bin']) expect(await t.text(path)).toBe(content.toString());
  },
);

test('[FI31] a part of a content up to 1 MiB is checked too', async () => {
  await using t = await openTestFiles();
  const { sha256 } = await t.put('a.txt', small);
  writeFileSync(await t.files.blobs.fileOf(sha256), 'THE right bytes');
  const part = t.files.read(t.workspace, 'a.txt', { range: { start: 4, end: 8 } });
  await expect(part).rejects.toMatchObject({ code: 'storage_failed', details: { sha256 } });
});

test('[FI31] [FI52] a file whose content is missing is neither copied nor restored', async () => {
  await using t = await openTestFiles();
  const { workspace } = t;
  const { sha256 } = await t.put('a.txt', small);
  rmSync(await t.files.blobs.fileOf(sha256));
  const copy = async (): Promise<unknown> => t.files.copy(human, { workspace, from: 'a.txt', to: 'b.txt' });
  await expect(copy()).rejects.toMatchObject({ code: 'storage_failed' });
  const other = (await t.test.hub.execute(createWorkspace, { name: 'other' }, human)).workspace;
  const move = async () => t.files.move(human, { workspace, from: 'a.txt', to: 'b.txt', toWorkspace: other });
  await expect(move()).rejects.toMatchObject({ code: 'storage_failed' });
  await t.put('a.txt', 'second version');
  const restore = async (): Promise<unknown> => t.files.restore(human, { workspace, path: 'a.txt', version: 1 });
  await expect(restore()).rejects.toMatchObject({ code: 'storage_failed' });
  await expect(t.files.stat(workspace, 'b.txt')).rejects.toMatchObject({ code: 'not_found' });
});

test('[FI31] [FI50] a part of a larger content is given once all of it was found to be sound', async () => {
  await using t = await openTestFiles();
  const { sha256 } = await t.put('a.bin', large);
  const part = async (): Promise<string> => {
    const { stream } = await t.files.read(t.workspace, 'a.bin', { range: { start: 6, end: 10 } });
    return text(stream);
  };
  expect(await part()).toBe('right');
  const file = await t.files.blobs.fileOf(sha256);
  // Far behind the part that is asked for.
  writeFileSync(file, 'X', { flag: 'r+' });
  await expect(part()).rejects.toMatchObject({ code: 'storage_failed', details: { sha256 } });
  await expect(part()).rejects.toMatchObject({ code: 'storage_failed' });
  await t.put('b.bin', large);
  expect(await part()).toBe('right');
});

test('[FI31] [FI50] of one too large for that, the size is checked, and what a whole read found', async () => {
  await using t = await openTestFiles();
  const huge = Buffer.alloc(65 * 1024 * 1024, 'right ');
  const { sha256 } = await t.put('a.bin', huge);
  const part = async (): Promise<string> => {
    const { stream } = await t.files.read(t.workspace, 'a.bin', { range: { start: 6, end: 10 } });
    return text(stream);
  };
  const file = await t.files.blobs.fileOf(sha256);
  writeFileSync(file, 'X', { flag: 'r+' });
  expect(await part()).toBe('right');
  const { stream } = await t.files.read(t.workspace, 'a.bin');
  await expect(buffer(stream)).rejects.toMatchObject({ code: 'storage_failed' });
  await expect(part()).rejects.toMatchObject({ code: 'storage_failed', details: { sha256 } });
  truncateSync(file, 1024);
  await expect(t.files.read(t.workspace, 'a.bin')).rejects.toMatchObject({ code: 'storage_failed' });
});

test('[FI31] a job does not get a damaged content', async () => {
  await using t = await openTestFiles();
  const { sha256 } = await t.put('a.txt', small);
  writeFileSync(await t.files.blobs.fileOf(sha256), 'THE right bytes');
  const { jobId } = await t.jobs.queue(human, { kind: 'file_extract', workspace: t.workspace, path: 'a.txt' });
  const job = await t.jobs.wait(jobId, { timeoutMs: 10_000 });
  expect(job).toMatchObject({ status: 'failed', error: { code: 'storage_failed' } });
});

test('[FI33] a check of all contents reads each once, part by part, and names the versions of damaged ones', async () => {
  await using t = await openTestFiles();
  await t.put('sound.txt', 'sound');
  const same = await t.put('changed.txt', small);
  await t.put('copy of changed.txt', small);
  await t.put('changed.txt', 'second version');
  const lost = await t.put('notes/lost.txt', 'lost');
  await t.files.delete(human, { workspace: t.workspace, path: 'notes/lost.txt' });
  expect(await t.files.checkContents()).toMatchObject({ total: 4, checked: 4, damaged: [] });

  writeFileSync(await t.files.blobs.fileOf(same.sha256), 'THE right bytes');
  rmSync(await t.files.blobs.fileOf(lost.sha256));
  const { damaged, ...counts } = await t.files.checkContents();
  expect(counts).toEqual({ total: 4, checked: 4, checkedBytes: 5 + 15 + 14 + 4 });
  expect(damaged.toSorted((a, b) => a.problem.localeCompare(b.problem))).toMatchObject([
    {
      sha256: same.sha256,
      problem: 'damaged',
      versions: [
        { workspace: 'default', path: 'changed.txt', version: 1, isDeleted: false },
        { workspace: 'default', path: 'copy of changed.txt', version: 1 },
      ],
      versionCount: 2,
    },
    { problem: 'missing', versions: [{ path: 'notes/lost.txt', version: 1, isDeleted: true }] },
  ]);
});

test('[FI33] a check goes on where its last part ended, and stops with the hub', async () => {
  await using t = await openTestFiles();
  for (let n = 0; n < 250; n += 1) await t.put(`${n}.txt`, `content ${n}`);
  for (let n = 0; n < 150; n += 1) rmSync(await t.files.blobs.fileOf(hash('sha256', `content ${n}`, 'hex')));
  let [checked, cursor] = [0, undefined as string | undefined];
  const missing = new Set<string>();
  let parts = 0;
  do {
    const part = await t.files.checkContents(cursor);
    checked += part.checked;
    for (const { versions } of part.damaged) missing.add(versions[0]?.path ?? '');
    cursor = part.nextCursor;
    parts += 1;
  } while (cursor !== undefined);
  expect([checked, missing.size, parts > 1]).toEqual([250, 150, true]);
  await t.files.close();
  await expect(t.files.checkContents()).rejects.toMatchObject({ code: 'hub_closed' });
});
