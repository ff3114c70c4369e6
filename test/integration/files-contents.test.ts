import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

/** Hashes of all contents on disk, and the names of what is half written. */
async function onDisk(t: TestFiles): Promise<{ contents: string[]; incoming: string[] }> {
  await t.files.blobs.writeOut();
  const root = join(t.test.dataDir, 'blobs');
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile());
  const isIncoming = ({ parentPath }: { parentPath: string }) => parentPath.endsWith('incoming');
  return {
    contents: files
      .filter((entry) => !isIncoming(entry))
      .map(({ name }) => name)
      .sort(),
    incoming: files.filter(isIncoming).map(({ name }) => name),
  };
}

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('[FI6] a content is stored once, by its SHA-256, however many files have it', async () => {
  await using t = await openTestFiles();
  await Promise.all(['a', 'b', 'c/d', 'e'].map((path) => t.put(path, 'abc')));
  expect(await onDisk(t)).toEqual({ contents: [ABC], incoming: [] });
  expect(await readdir(join(t.test.dataDir, 'blobs', 'ba'))).toEqual([ABC]);
});

test('[FI7] what a crash left half written is gone after the next start', async () => {
  await using t = await openTestFiles();
  await writeFile(join(t.test.dataDir, 'blobs', 'incoming', 'half'), 'xx');
  await t.restart();
  expect((await onDisk(t)).incoming).toEqual([]);
});

test('[FI8] what a crash left between a content and its event is swept some time after the start', async () => {
  await using t = await openTestFiles();
  await t.put('a', 'abc');
  for (const content of ['never referred to', 'abc']) await t.files.blobs.stage(Readable.from([Buffer.from(content)]));
  expect((await onDisk(t)).contents).toHaveLength(2);
  await t.restart();
  t.test.clock.advance(60_000);
  await t.files.sweep();
  expect(await onDisk(t)).toEqual({ contents: [ABC], incoming: [] });
});

test('[FI29] a content that this log never knew of stays, also when a write of the same one fails', async () => {
  await using t = await openTestFiles();
  await t.put('a', 'abc');
  const unknown = 'f'.repeat(64);
  await writeFile(join(t.test.dataDir, 'blobs', 'ff', unknown), 'x');
  await mkdir(join(t.test.dataDir, 'blobs', 'not-ours'));
  await t.restart();
  await t.files.sweep();
  expect((await onDisk(t)).contents).toEqual([ABC, unknown]);
  const other = createHash('sha256').update('unknown').digest('hex');
  await writeFile(join(t.test.dataDir, 'blobs', other.slice(0, 2), other), 'unknown');
  const failing = t.files.write(human, {
    workspace: t.workspace,
    path: 'b',
    content: Buffer.from('unknown'),
    source: 'tool',
    sha256: '0'.repeat(64),
  });
  await expect(failing).rejects.toMatchObject({ code: 'checksum_mismatch' });
  expect((await onDisk(t)).contents.toSorted()).toEqual([ABC, other, unknown].toSorted());
});

test('[FI9] a purge gives the bytes back and removes what nothing else has', async () => {
  await using t = await openTestFiles();
  await t.put('a', 'abc');
  await t.put('a', 'only here');
  await t.put('b', 'abc');
  const used = () => t.test.hub.state.workspaces.get(t.workspace)?.usedBytes;
  expect(used()).toBe(15);
  await t.files.delete(human, { workspace: t.workspace, path: 'a', purge: true });
  expect(used()).toBe(3);
  expect((await onDisk(t)).contents).toEqual([ABC]);
  await t.files.delete(human, { workspace: t.workspace, path: 'b' });
  expect((await onDisk(t)).contents).toEqual([ABC]);
  await t.files.delete(human, { workspace: t.workspace, path: 'b', purge: true });
  expect(await onDisk(t)).toEqual({ contents: [], incoming: [] });
  expect(used()).toBe(0);
  await expect(t.files.restore(human, { workspace: t.workspace, path: 'b', version: 1 })).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(await t.put('a', 'abc')).toMatchObject({ version: 1 });
});

test('[FI27] what is done to a file in the bin is not done to the one that has its path now', async () => {
  await using t = await openTestFiles();
  const old = await t.put('a', 'old');
  const current = await t.put('b', 'current');
  await t.files.move(human, { workspace: t.workspace, from: 'b', to: 'a', overwrite: true });
  await t.files.delete(human, { workspace: t.workspace, path: 'a', purge: true, fileId: old.id });
  expect(await t.text('a')).toBe('current');
  expect(await t.files.stat(t.workspace, 'a')).toMatchObject({ id: current.id });
  await expect(t.files.versions(old.id)).rejects.toMatchObject({ code: 'not_found' });
  const elsewhere = t.files.delete(human, { workspace: t.workspace, path: 'c', purge: true, fileId: current.id });
  await expect(elsewhere).rejects.toMatchObject({ code: 'not_found' });
});

test('[FI27] the id of a file of another workspace names nothing here, though the paths agree', async () => {
  await using t = await openTestFiles();
  const other = (await t.test.hub.execute(createWorkspace, { name: 'other' }, human)).workspace;
  const here = await t.put('a', 'here');
  const there = await t.files.write(human, {
    workspace: other,
    path: 'a',
    content: Buffer.from('there'),
    source: 'tool',
  });
  const notFound = { code: 'not_found' };
  for (const [workspace, fileId] of [
    [t.workspace, there.id],
    [other, here.id],
  ] as const) {
    const named = { workspace, path: 'a', fileId };
    for (const purge of [false, true]) {
      await expect(t.files.delete(human, { ...named, purge })).rejects.toMatchObject(notFound);
    }
    await expect(t.files.restore(human, { ...named, version: 1 })).rejects.toMatchObject(notFound);
  }
  expect(await t.text('a')).toBe('here');
  expect(await t.files.stat(other, 'a')).toMatchObject({ id: there.id, version: 1 });
});

test('[FI10] a content that is being written or read is not removed by a purge of another file', async () => {
  await using t = await openTestFiles();
  for (let round = 0; round < 10; round += 1) {
    await t.put('a', 'abc');
    const purge = t.files.delete(human, { workspace: t.workspace, path: 'a', purge: true });
    await Promise.all([purge, t.put('b', 'abc')]);
    expect(await t.text('b')).toBe('abc');
    await t.files.delete(human, { workspace: t.workspace, path: 'b', purge: true });
  }
  await t.put('a', 'abc');
  const { stream } = await t.files.read(t.workspace, 'a');
  await t.files.delete(human, { workspace: t.workspace, path: 'a', purge: true });
  expect(Buffer.concat(await stream.toArray()).toString()).toBe('abc');
  await t.files.sweep();
  expect((await onDisk(t)).contents).toEqual([]);
});

test('[FI23] the contents of a deleted workspace go with it', async () => {
  await using t = await openTestFiles();
  const { workspace: other } = await t.test.hub.execute(createWorkspace, { name: 'other' }, human);
  await t.put('a', 'abc');
  for (const text of ['abc', 'theirs']) {
    await t.files.write(human, { workspace: other, path: text, content: Buffer.from(text), source: 'tool' });
  }
  await t.test.hub.execute(deleteWorkspace, { workspace: other, confirm: 'other' }, human);
  await t.files.sweep();
  expect((await onDisk(t)).contents).toEqual([ABC]);
  expect(await t.text('a')).toBe('abc');
});

test('[FI23] also of one that is deleted while the contents of another are being removed', async () => {
  await using t = await openTestFiles();
  const { hub } = t.test;
  const doomed: string[] = [];
  for (const name of ['one', 'two']) {
    const { workspace } = await hub.execute(createWorkspace, { name }, human);
    doomed.push(workspace);
    // Its hash begins with 00 and is looked at first: a removal that is under way has passed it.
    const content = Buffer.from(name === 'one' ? 'last' : 'p72');
    await t.files.write(human, { workspace, path: 'a', content, source: 'tool' });
  }
  const [one = '', two = ''] = doomed;
  await hub.execute(deleteWorkspace, { workspace: one, confirm: 'one' }, human);
  await hub.execute(deleteWorkspace, { workspace: two, confirm: 'two' }, human);
  await t.files.close(); // which waits for what is being removed
  expect((await onDisk(t)).contents).toEqual([]);
});

test('[FI25] of a write that fails on its way nothing stays', async () => {
  await using t = await openTestFiles();
  async function* broken() {
    yield Buffer.from('abc');
    throw new Error('the sender left');
  }
  const write = (content: AsyncIterable<Uint8Array>, signal?: AbortSignal) =>
    t.files.write(human, { workspace: t.workspace, path: 'a', content, source: 'tool', ...(signal && { signal }) });
  await expect(write(broken())).rejects.toThrow('the sender left');
  const stop = new AbortController();
  async function* silent() {
    yield Buffer.from('abc');
    stop.abort(new Error('cancelled'));
    await new Promise(() => undefined);
  }
  await expect(write(silent(), stop.signal)).rejects.toThrow('cancelled');
  await t.test.hub.execute(updateWorkspace, { workspace: t.workspace, quotaBytes: 2 }, human);
  await expect(t.put('a', 'abc')).rejects.toMatchObject({ code: 'quota_exceeded' });
  expect(await onDisk(t)).toEqual({ contents: [], incoming: [] });
});

test('[FI24] while the log takes no writes, contents are refused and what is there is read', async () => {
  const pageLimit = new Int32Array(new SharedArrayBuffer(4));
  pageLimit[0] = 1_000_000;
  await using t = await openTestFiles({ pageLimit });
  await t.put('a', 'abc');
  Atomics.store(pageLimit, 0, 1);
  // The log has free pages left; some writes may still find room.
  const results = [];
  for (let n = 0; n < 50; n += 1) results.push(await t.put(`f${n}`, `content ${n}`).catch((error: unknown) => error));
  const refused = results.findIndex((result) => result instanceof Error);
  expect(refused).toBeGreaterThanOrEqual(0);
  expect(results[refused]).toMatchObject({ code: 'storage_failed' });
  expect(await t.text('a')).toBe('abc');
  expect((await t.files.list(t.workspace)).items).toHaveLength(1 + refused);
  expect((await onDisk(t)).contents).toHaveLength(1 + refused);
  Atomics.store(pageLimit, 0, 1_000_000);
  const healed = Promise.withResolvers<void>();
  t.test.hub.onStorage(({ status }) => status === 'ok' && healed.resolve());
  t.test.clock.advance(5000);
  await healed.promise;
  await t.put('after', 'abc');
  expect(await t.text('after')).toBe('abc');
});
