import { hash } from 'node:crypto';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { contentFolders } from '../../src/hub/disk/content-folders.ts';
import { PENDING_BYTES, ROW_BYTES, WRITE_OUT_AFTER_MS } from '../../src/hub/disk/pending-contents.ts';
import { createWorkspace, deleteWorkspace } from '../../src/hub/rules/workspaces.ts';
import type { StorageHealth } from '../../src/protocol/api.ts';
import { fileBytes, rowsIn, WriteOutHere } from '../support/contents-in-log.ts';
import { needsPosix } from '../support/needs.ts';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';
import { recordDisk } from '../support/recorded-disk.ts';

const hashOf = (text: string): string => hash('sha256', text, 'hex');

/** A loaded machine syncs slowly. */
const SLOW_MS = 15_000;

/** The log's thread removes rows after what agents wait for. */
const rowsAreGone = (dataDir: string) => vi.waitUntil(() => rowsIn(dataDir).size === 0, SLOW_MS);

/** Files whose contents get their files in this thread, and who does that. */
async function openHere() {
  let writer: WriteOutHere | undefined;
  const t = await openTestFiles({ writer: (dataDir) => (writer = new WriteOutHere(dataDir)) });
  return { t, writer: () => writer!, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() };
}

test('[FI42] a small content is on disk with its event, and can be read and copied from then on', async () => {
  await using t = await openTestFiles();
  const { seq, sha256 } = await t.put('a', 'one');
  expect(rowsIn(t.test.dataDir)).toEqual(new Map([[seq, { sha256, text: 'one' }]]));
  expect(fileBytes(t.test.dataDir, sha256)).toBe(undefined);
  expect(await t.text('a')).toBe('one');
  await t.files.copy(human, { workspace: t.workspace, from: 'a', to: 'b' });
  expect(await t.text('b')).toBe('one');
  const { stream } = await t.files.read(t.workspace, 'a', { range: { start: 1, end: 1 } });
  expect(String(await stream.toArray())).toBe('n');

  const edge = await t.put('edge', Buffer.alloc(ROW_BYTES, 'x'));
  const larger = await t.put('larger', Buffer.alloc(ROW_BYTES + 1, 'x'));
  const empty = await t.put('empty', '');
  expect([...rowsIn(t.test.dataDir).keys()]).toEqual([seq, edge.seq, empty.seq]);
  expect(fileBytes(t.test.dataDir, larger.sha256)).toBe(ROW_BYTES + 1);
});

test('[FI42] of a write that is refused nothing is in the log', async () => {
  await using t = await openTestFiles();
  await t.put('a', 'one');
  const refused = t.files.write(human, {
    workspace: t.workspace,
    path: 'a',
    content: Buffer.from('two'),
    source: 'tool',
    ifVersion: 7,
  });
  await expect(refused).rejects.toMatchObject({ code: 'conflict' });
  await t.put('b', 'three');
  expect([...rowsIn(t.test.dataDir).values()].map(({ text }) => text)).toEqual(['one', 'three']);
  await t.files.blobs.writeOut();
  expect(fileBytes(t.test.dataDir, hashOf('two'))).toBe(undefined);
});

test('[FI42] [FI53] some seconds later many contents get their files in one go, and then the log lets go of them', async () => {
  await using here = await openHere();
  const { t, writer } = here;
  for (const text of ['one', 'two', 'one']) await t.put(`${text}.txt`, text);
  t.test.clock.advance(WRITE_OUT_AFTER_MS - 1);
  expect(writer().goes).toEqual([]);
  t.test.clock.advance(1);
  await rowsAreGone(t.test.dataDir);
  expect(writer().goes).toEqual([2]);
  for (const text of ['one', 'two']) expect(fileBytes(t.test.dataDir, hashOf(text))).toBe(3);
  expect(await t.text('one.txt')).toBe('one');
});

test('[FI42] [FI53] the end of the hub, a job and a check of contents do not wait for that', async () => {
  await using t = await openTestFiles();
  const first = await t.put('a', 'first');
  const second = await t.put('b', 'second');
  expect(await t.files.blobs.soundFile(first.sha256, 5)).toBe(contentFolders(t.test.dataDir).fileOf(first.sha256));
  expect([fileBytes(t.test.dataDir, first.sha256), fileBytes(t.test.dataDir, second.sha256)]).toEqual([5, undefined]);
  expect(await t.files.checkContents()).toMatchObject({ checked: 2, damaged: [] });
  expect(fileBytes(t.test.dataDir, second.sha256)).toBe(6);
  const third = await t.put('c', 'third');
  await t.restart();
  expect(fileBytes(t.test.dataDir, third.sha256)).toBe(5);
  expect(rowsIn(t.test.dataDir).size).toBe(0);
});

test(
  '[FI42] [FI53] files are written, synced with their folders, and then the rows are removed',
  needsPosix,
  async () => {
    await using here = await openHere();
    const { t } = here;
    const { sha256 } = await t.put('a', 'one');
    const file = path.join('blobs', sha256.slice(0, 2), sha256);
    using disk = await recordDisk(t.test.dataDir);
    const drop = vi.spyOn(t.test.hub.contents, 'drop').mockImplementation(() => {
      expect(disk.calls).toEqual([
        ['create', file],
        ['write', file],
        ['sync', file],
        ['sync', path.dirname(file)],
      ]);
    });
    await t.files.blobs.writeOut();
    expect(drop).toHaveBeenCalledTimes(1);
  },
);

test('[FI44] where the disk takes no files, contents stay in the log, are read, and get their files later', async () => {
  await using here = await openHere();
  const { t, writer } = here;
  writer().isFull = true;
  const { sha256, seq } = await t.put('a', 'one');
  t.test.clock.advance(WRITE_OUT_AFTER_MS);
  await vi.waitUntil(() => writer().goes.length === 1, SLOW_MS);
  await expect(t.files.blobs.fileOf(sha256)).rejects.toMatchObject({
    code: 'storage_failed',
    message: expect.stringContaining('Free some space'),
  });
  expect(await t.text('a')).toBe('one');
  expect(await t.files.checkContents()).toMatchObject({ checked: 1, damaged: [] });
  expect([...rowsIn(t.test.dataDir).keys()]).toEqual([seq]);
  await t.restart();
  expect(await t.text('a')).toBe('one');
  expect([...rowsIn(t.test.dataDir).keys()]).toEqual([seq]);
  t.test.clock.advance(WRITE_OUT_AFTER_MS);
  await rowsAreGone(t.test.dataDir);
  expect(fileBytes(t.test.dataDir, sha256)).toBe(3);
});

test('[FI44] [FI55] the log holds contents up to a bound in bytes; those beyond it get their files before their events', async () => {
  await using here = await openHere();
  const { t, writer } = here;
  writer().isFull = true;
  const beyond = PENDING_BYTES / ROW_BYTES;
  let last = '';
  for (let n = 0; n <= beyond; n += 1) ({ sha256: last } = await t.put(`${n}`, Buffer.alloc(ROW_BYTES, `${n} `)));
  const rows = rowsIn(t.test.dataDir);
  expect(rows.size).toBeLessThan(beyond);
  expect([...rows.values()].map(({ sha256 }) => sha256)).not.toContain(last);
  expect(fileBytes(t.test.dataDir, last)).toBe(ROW_BYTES);
  writer().isFull = false;
  t.test.clock.advance(WRITE_OUT_AFTER_MS);
  await rowsAreGone(t.test.dataDir);
  await t.put('again', 'there is room');
  expect(rowsIn(t.test.dataDir).size).toBe(1);
});

test('[FI48] one key does not fill what the log holds of contents', async () => {
  await using here = await openHere();
  const { t, writer } = here;
  writer().isFull = true;
  const greedy = await t.test.agent('greedy');
  const modest = await t.test.agent('modest');
  const write = async (by: typeof greedy, name: string, sizeBytes: number): Promise<string> => {
    const content = Buffer.alloc(sizeBytes, `${name} `);
    const origin = { actor: { kind: 'agent', key: by.keyId } } as const;
    const command = { workspace: t.workspace, path: name, content, source: 'tool' } as const;
    const { sha256 } = await t.files.write(origin, command);
    return sha256;
  };
  const inLog = (): string[] => [...rowsIn(t.test.dataDir).values()].map(({ sha256 }) => sha256);
  const most = PENDING_BYTES / ROW_BYTES;
  let last = '';
  for (let n = 0; n < most; n += 1) last = await write(greedy, `${n}`, ROW_BYTES);
  expect(inLog()).toHaveLength(most / 2);
  expect(fileBytes(t.test.dataDir, last)).toBe(ROW_BYTES);
  const other = await write(modest, 'modest', ROW_BYTES);
  expect(inLog()).toContain(other);
});

test('[FI44] a disk that refuses the files is named once, until it takes them again', async () => {
  const warnings: string[] = [];
  const logger = {
    info: () => undefined,
    error: () => undefined,
    warn: (_facts: object, message: string) => void warnings.push(message),
  };
  let writer: WriteOutHere | undefined;
  await using t = await openTestFiles({ logger, writer: (dataDir) => (writer = new WriteOutHere(dataDir)) });
  const shown: StorageHealth[] = [];
  t.test.hub.onStorage((storage) => shown.push(storage));
  writer!.isFull = true;
  await t.put('a', 'one');
  for (let n = 0; n < 3; n += 1) await t.files.blobs.writeOut();
  expect(warnings).toEqual([expect.stringContaining('stay in the log')]);
  const full = { status: 'ok', contents: 'ENOSPC: no space left on device, write' };
  expect([shown, t.test.hub.storage]).toEqual([[full], full]);
  writer!.isFull = false;
  await t.files.blobs.writeOut();
  expect([shown.at(-1), t.test.hub.storage]).toEqual([{ status: 'ok' }, { status: 'ok' }]);
  expect(rowsIn(t.test.dataDir).size <= 1).toBe(true);
  writer!.isFull = true;
  await t.put('b', 'two');
  await t.files.blobs.writeOut();
  expect(warnings).toHaveLength(2);
});

test('[FI45] a purge, and the end of a workspace, remove contents from the log too', async () => {
  await using t = await openTestFiles();
  const { hub } = t.test;
  await t.put('a', 'here');
  const { workspace } = await hub.execute(createWorkspace, { name: 'other' }, human);
  await t.files.write(human, { workspace, path: 'b', content: Buffer.from('there'), source: 'tool' });
  await t.files.delete(human, { workspace: t.workspace, path: 'a', purge: true });
  await hub.execute(deleteWorkspace, { workspace, confirm: 'other' }, human);
  await t.files.sweep();
  await rowsAreGone(t.test.dataDir);
  await t.files.blobs.writeOut();
  for (const text of ['here', 'there']) expect(fileBytes(t.test.dataDir, hashOf(text))).toBe(undefined);
});
