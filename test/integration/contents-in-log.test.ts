import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { recover } from '../../src/hub/data-dir/recover.ts';
import { contentFolders } from '../../src/hub/disk/content-folders.ts';
import { PENDING_BYTES, ROW_BYTES, WRITE_OUT_AFTER_MS } from '../../src/hub/disk/pending-contents.ts';
import { createWorkspace, deleteWorkspace } from '../../src/hub/rules/workspaces.ts';
import type { StorageHealth } from '../../src/protocol/api.ts';
import { openIdleContents } from '../../src/server/idle-log.ts';
import { asKilled, fileBytes, rowsIn, startOn, WriteOutHere } from '../support/contents-in-log.ts';
import { needsPosix } from '../support/needs.ts';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';
import { recordDisk } from '../support/recorded-disk.ts';

const hashOf = (text: string): string => hash('sha256', text, 'hex');

/** A loaded machine syncs slowly. */
const SLOW_MS = 15_000;

/** The log's thread removes rows after what agents wait for. */
const rowsAreGone = (dataDir: string) => vi.waitUntil(() => rowsIn(dataDir).size === 0, SLOW_MS);

/** Changes the log of a data directory on which no hub runs. */
function change(dataDir: string, sql: string): void {
  const db = new DatabaseSync(path.join(dataDir, 'hub.db'));
  db.exec(sql);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

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

test('[FI42] some seconds later many contents get their files in one go, and then the log lets go of them', async () => {
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

test('[FI42] the end of the hub, a job and a check of contents do not wait for that', async () => {
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

test('[FI42] files are written, synced with their folders, and then the rows are removed', needsPosix, async () => {
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
});

test('[FI43] a kill at any step loses nothing: the next start has the content, and gives it its file', async () => {
  await using here = await openHere();
  const { t } = here;
  const { sha256 } = await t.put('a', 'the content');
  const file = contentFolders(t.test.dataDir).fileOf(sha256);
  const steps: readonly [what: string, act: () => Promise<void> | void][] = [
    ['before the file', () => undefined],
    ['in the middle of the file', () => writeFileSync(file, 'the co')],
    [
      'before the row was removed',
      async () => {
        vi.spyOn(t.test.hub.contents, 'drop').mockImplementation(() => undefined);
        await t.files.blobs.writeOut();
      },
    ],
  ];
  for (const [what, act] of steps) {
    await act();
    expect(rowsIn(t.test.dataDir).size, what).toBe(1);
    using killed = asKilled(t.test.dataDir);
    const idle = openIdleContents(killed.dataDir);
    expect(await idle.next(), what).toMatchObject({ checked: 1, damaged: [] });
    idle.close();
    {
      await using next = await startOn(killed.dataDir);
      expect(await next.text('a'), what).toBe('the content');
    }
    expect(fileBytes(killed.dataDir, sha256), what).toBe(11);
    expect(rowsIn(killed.dataDir).size, what).toBe(0);
  }
});

test('[FI43] a content that was purged before a kill does not come back', async () => {
  await using t = await openTestFiles();
  const { sha256 } = await t.put('a', 'one');
  vi.spyOn(t.test.hub.contents, 'drop').mockImplementation(() => undefined);
  await t.files.delete(human, { workspace: t.workspace, path: 'a', purge: true });
  using killed = asKilled(t.test.dataDir);
  await using next = await startOn(killed.dataDir);
  await next.files.sweep();
  await next.files.blobs.writeOut();
  expect(fileBytes(killed.dataDir, sha256)).toBe(undefined);
  await rowsAreGone(killed.dataDir);
});

test('[FI43] a damaged row is never given as the version, is named, and the next write mends it', async () => {
  await using t = await openTestFiles();
  const { seq, sha256 } = await t.put('a', 'the right bytes');
  using killed = asKilled(t.test.dataDir);
  change(killed.dataDir, `UPDATE contents SET bytes = CAST('THE right bytes' AS BLOB)`);
  const idle = openIdleContents(killed.dataDir);
  expect(await idle.next()).toMatchObject({ damaged: [{ sha256, problem: 'missing' }] });
  idle.close();
  {
    await using next = await startOn(killed.dataDir);
    expect(next.warnings).toEqual([{ facts: { seq, sha256 }, message: expect.stringContaining('is damaged') }]);
    await expect(next.text('a')).rejects.toMatchObject({ code: 'storage_failed' });
    expect(await next.files.checkContents()).toMatchObject({ damaged: [{ sha256, problem: 'missing' }] });
    await next.put('b', 'the right bytes');
    expect(await next.text('a')).toBe('the right bytes');
  }
  await using last = await startOn(killed.dataDir);
  expect(last.warnings).toEqual([]);
  expect(await last.text('a')).toBe('the right bytes');
  await rowsAreGone(killed.dataDir);
});

test('[FI43] recovery gives contents of the log their files, and sets those aside that no sound event refers to', async () => {
  await using t = await openTestFiles();
  const kept = await t.put('a', 'kept');
  const lost = await t.put('b', 'lost');
  using killed = asKilled(t.test.dataDir);
  change(killed.dataDir, `DELETE FROM snapshots; UPDATE events SET body = '{' WHERE seq = ${lost.seq}`);
  const { contents } = recover(killed.dataDir);
  expect(contents?.count).toBe(1);
  expect(fileBytes(killed.dataDir, kept.sha256)).toBe(4);
  expect(fileBytes(killed.dataDir, lost.sha256)).toBe(undefined);
  expect(fileBytes(contents?.folder ?? '', lost.sha256)).toBe(4);
  await using next = await startOn(killed.dataDir);
  expect(await next.text('a')).toBe('kept');
});

test('[FI43] where SQLite cannot read the contents, they are found in the pages of the file', async () => {
  await using t = await openTestFiles();
  const texts = Array.from({ length: 20 }, (_, n) => `${n} ${'a row within a page '.repeat(50)}`);
  texts.push(Array.from({ length: 9_000 }, (_, n) => n.toString(36)).join(' ')); // pages of its own
  for (const [n, text] of texts.entries()) await t.put(`${n}`, text);
  using killed = asKilled(t.test.dataDir);
  const file = path.join(killed.dataDir, 'hub.db');
  change(killed.dataDir, '');
  const db = new DatabaseSync(file, { readOnly: true });
  const { root } = db.prepare(`SELECT rootpage AS root FROM sqlite_schema WHERE name = 'contents'`).get() ?? {};
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0, (Number(root) - 1) * 4096, Number(root) * 4096);
  writeFileSync(file, bytes);
  await using next = await startOn(killed.dataDir);
  for (const [n, text] of texts.entries()) {
    expect(await next.text(`${n}`)).toBe(text);
    expect(fileBytes(killed.dataDir, hashOf(text))).toBe(text.length);
  }
});

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

test('[FI44] the log holds contents up to a bound in bytes; those beyond it get their files before their events', async () => {
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

test('[LG49] a log of the first format gets the table of contents at its start', async () => {
  await using t = await openTestFiles();
  await t.put('a', 'one');
  await t.files.blobs.writeOut();
  using killed = asKilled(t.test.dataDir);
  change(
    killed.dataDir,
    'DROP TABLE contents; DROP INDEX events_session_type; DROP TABLE cut; PRAGMA user_version = 1',
  );
  const idle = openIdleContents(killed.dataDir);
  expect(await idle.next()).toMatchObject({ checked: 1, damaged: [] });
  idle.close();
  await using next = await startOn(killed.dataDir);
  expect(await next.text('a')).toBe('one');
  await next.put('b', 'two');
  expect(rowsIn(killed.dataDir).size).toBe(1);
});
