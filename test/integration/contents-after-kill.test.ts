import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { recover } from '../../src/hub/data-dir/recover.ts';
import { contentFolders } from '../../src/hub/disk/content-folders.ts';
import { openIdleContents } from '../../src/server/idle-log.ts';
import { asKilled, fileBytes, rowsIn, startOn, WriteOutHere } from '../support/contents-in-log.ts';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

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

test('[FI43] [FI54] a damaged row is never given as the version, is named, and the next write mends it', async () => {
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
