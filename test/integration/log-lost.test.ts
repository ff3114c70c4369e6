import { existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { BlobStore } from '../../src/hub/disk/blob-store.ts';
import { Files } from '../../src/hub/files/files.ts';
import { Hub } from '../../src/hub/hub.ts';
import { recover } from '../../src/hub/data-dir/recover.ts';
import { createUpload } from '../../src/hub/rules/uploads.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

/** Names of all files below a folder, but for those half written. */
function under(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('incoming'))
    .map(({ name }) => name)
    .sort();
}

/** Six files and an open upload with a part of it, closed; the hashes are in the order of writing. */
async function closedWithFiles(): Promise<{ t: TestFiles; dataDir: string; hashes: string[] }> {
  const t = await openTestFiles();
  const { dataDir } = t.test;
  const hashes = [];
  for (let n = 0; n < 6; n++) hashes.push((await t.put(`f${n}`, `content ${n}`)).sha256);
  const command = { workspace: t.workspace, path: 'up.bin', sizeBytes: 10, mime: undefined };
  const { id } = await t.test.hub.execute(createUpload, { ...command, sha256: undefined }, human);
  await t.uploads.append(id, 0, Readable.from([Buffer.from('part')]));
  await t.jobs.close();
  await t.uploads.close();
  await t.files.close();
  await t.test.hub.close();
  return { t, dataDir, hashes };
}

/** Opens the hub anew with its files, sweeps, and closes again. */
async function sweepAfterStart(dataDir: string): Promise<Hub> {
  const hub = await Hub.open({ dataDir });
  const files = new Files(hub, await BlobStore.open({ dataDir }));
  await files.sweep();
  await files.close();
  await hub.close();
  return hub;
}

function change(dataDir: string, sql: string): void {
  const db = new DatabaseSync(path.join(dataDir, 'hub.db'));
  db.exec(sql);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

test('[LG28] recovery moves the contents and uploads aside that only the unsound events knew of; no sweep gets at them', async () => {
  const { dataDir, hashes } = await closedWithFiles();
  const bad = `(SELECT seq FROM events WHERE type = 'file.written' ORDER BY seq LIMIT 1 OFFSET 1)`;
  change(dataDir, `DELETE FROM snapshots; UPDATE events SET body = replace(body, '"f1"', '"fX"') WHERE seq = ${bad}`);
  const { contents, movedTo } = recover(dataDir);
  expect(contents).toEqual({ folder: movedTo?.replace('.jsonl', ''), count: 6 });
  expect(readdirSync(dataDir).filter((name) => name.includes('recovering'))).toEqual([]);
  await sweepAfterStart(dataDir);
  expect(under(path.join(dataDir, 'blobs'))).toEqual(hashes.slice(0, 1));
  expect(under(path.join(contents?.folder ?? '', 'blobs'))).toEqual(hashes.slice(1).sort());
  const [part = ''] = under(path.join(contents?.folder ?? '', 'uploads'));
  expect(statSync(path.join(contents?.folder ?? '', 'uploads', part)).size).toBe(4);
  rmSync(dataDir, { recursive: true });
});

const losses: readonly [what: string, lose: (file: string) => void][] = [
  ['of no length', (file) => truncateSync(file)],
  ['that is missing', (file) => rmSync(file)],
  ['without events', (file) => change(path.dirname(file), 'DELETE FROM events; DELETE FROM snapshots')],
];

test.each(losses)(
  '[LG29] a log %s beside contents is refused, not begun anew; recovery moves them aside for a first launch',
  async (_what, lose) => {
    const { dataDir, hashes } = await closedWithFiles();
    lose(path.join(dataDir, 'hub.db'));
    await expect(Hub.open({ dataDir })).rejects.toMatchObject({
      code: 'log_corrupt',
      message: expect.stringMatching(/backup.*audit recover/u),
    });
    expect(under(path.join(dataDir, 'blobs'))).toEqual(hashes.toSorted());
    expect(existsSync(path.join(dataDir, 'hub.lock'))).toBe(false);

    const { kept, contents } = recover(dataDir);
    expect({ kept, count: contents?.count }).toEqual({ kept: 0, count: 7 });
    expect((await sweepAfterStart(dataDir)).firstKey).toBeDefined();
    expect(under(path.join(contents?.folder ?? '', 'blobs'))).toEqual(hashes.toSorted());
    rmSync(dataDir, { recursive: true });
  },
);
