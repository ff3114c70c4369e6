import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { recover } from '../../src/hub/data-dir/recover.ts';
import { BlobStore } from '../../src/hub/disk/blob-store.ts';
import { Writer } from '../../src/hub/log/writer.ts';
import { createLoginSecret } from '../../src/server/desk/login/login-secret.ts';
import { needsPosix } from '../support/needs.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';
import { recordDisk, type DiskCall } from '../support/recorded-disk.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Where a content is; and where it is marked as not in the log yet, which may be lost. */
const placeOf = (sha256: string): { folder: string; file: string } => {
  const folder = path.join('blobs', sha256.slice(0, 2));
  return { folder, file: path.join(folder, sha256) };
};

/** What counts when the power goes: without the marks, and without what is removed. */
const lasting = (calls: readonly DiskCall[]): DiskCall[] =>
  calls.filter(([call, file]) => call !== 'unlink' && !/incoming\/[0-9a-f]{64}$/u.test(file.replaceAll(path.sep, '/')));

/** The calls so far each time that an event of a type was sent to subscribers. */
function callsWhen(t: TestFiles, type: string, calls: readonly DiskCall[], which = lasting): DiskCall[][] {
  const seen: DiskCall[][] = [];
  t.test.hub.subscribe((batch) => {
    for (const { event } of batch) if (event.type === type) seen.push(which(calls));
  });
  return seen;
}

test('[FI30] a small content and its name are synced before its event and its answer', needsPosix, async () => {
  await using t = await openTestFiles({ small: 'in-this-thread' });
  using disk = await recordDisk(t.test.dataDir);
  const added = (calls: readonly DiskCall[]): DiskCall[] => calls.filter(([call]) => call !== 'unlink');
  const atEvent = callsWhen(t, 'file.written', disk.calls, added);
  await t.put('a', 'one');
  const { folder, file } = placeOf(hashOf('one'));
  const mark = path.join('blobs', 'incoming', hashOf('one')); // its first name
  const first: DiskCall[] = [
    ['create', mark],
    ['write', mark],
    ['link', mark, file],
    ['sync', mark],
    ['sync', folder],
  ];
  expect(added(disk.calls)).toEqual(first);
  expect(atEvent).toEqual([first]);

  // The same again: whoever named it may not have come to the syncs.
  await t.put('b', 'one');
  const again: DiskCall[] = [
    ['sync', file],
    ['sync', folder],
  ];
  expect(added(disk.calls)).toEqual([...first, ...again]);
  expect(atEvent[1]).toEqual(added(disk.calls));
});

test(
  '[FI30] a large content is synced, named and its folder synced before its event and its answer',
  needsPosix,
  async () => {
    await using t = await openTestFiles();
    using disk = await recordDisk(t.test.dataDir);
    const atEvent = callsWhen(t, 'file.written', disk.calls);
    const large = 'large '.repeat(200_000);
    await t.put('a', large);
    const { folder, file } = placeOf(hashOf(large));
    const incoming = disk.calls[0]?.[1] ?? '';
    const first: DiskCall[] = [
      ['create', incoming],
      ['write', incoming],
      ['sync', incoming],
      ['link', incoming, file],
      ['sync', folder],
    ];
    expect(lasting(disk.calls)).toEqual(first);
    expect(atEvent).toEqual([first]);

    // The same again: whoever named it may not have come to the syncs.
    const before = disk.calls.length;
    await t.put('b', large);
    const again = ['create', 'write', 'sync', 'sync', 'sync'];
    expect(lasting(disk.calls.slice(before)).map(([call]) => call)).toEqual(again);
    expect(lasting(disk.calls).at(-1)).toEqual(['sync', folder]);
    expect(atEvent[1]).toEqual(lasting(disk.calls));
  },
);

test('[FI30] the folders of a new data directory are on disk before anything is put in them', needsPosix, async () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-synced-'));
  {
    using disk = await recordDisk(dataDir);
    await BlobStore.open({ dataDir });
    expect(disk.calls).toEqual([
      ['sync', '.'],
      ['sync', 'blobs'],
    ]);
    await BlobStore.open({ dataDir });
    expect(disk.calls).toHaveLength(2);
  }
  rmSync(dataDir, { recursive: true });
});

test('[UP27] a piece is synced before its offset is answered, the first one with its name', needsPosix, async () => {
  await using t = await openTestFiles();
  using disk = await recordDisk(t.test.dataDir);
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a.md', sizeBytes: 6 });
  const part = path.join('uploads', id);
  await t.uploads.append(id, 0, Readable.from([Buffer.from('ab')]));
  expect(disk.calls).toEqual([
    ['create', part],
    ['write', part],
    ['sync', part],
    ['sync', 'uploads'],
  ]);
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('c');
    throw new Error('the connection broke');
  };
  await expect(t.uploads.append(id, 2, broken())).rejects.toThrow('broke');
  expect(disk.calls.slice(4)).toEqual([
    ['write', part],
    ['sync', part],
  ]);
  const atEvent = callsWhen(t, 'file.written', disk.calls);
  await t.uploads.append(id, 3, Readable.from([Buffer.from('def')]));
  const { folder, file } = placeOf(hashOf('abcdef'));
  const last: DiskCall[] = [
    ['write', part],
    ['sync', part],
    ['sync', part],
    ['link', part, file],
    ['sync', folder],
  ];
  expect(lasting(disk.calls.slice(6))).toEqual(last);
  expect(atEvent).toEqual([lasting(disk.calls)]);
});

test('[LG36] the writer’s own connection waits for the disk at each commit', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-synced-'));
  const connections = new Set<DatabaseSync>();
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql) {
    connections.add(this);
    return exec.call(this, sql);
  };
  try {
    const writer = new Writer({ file: path.join(dir, 'hub.db'), projections: [], snapshotEvery: 10 });
    writer.checkpoint();
    const pragma = (name: string) =>
      [...connections].map((db) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {}));
    expect(pragma('synchronous')).toEqual([[2]]);
    expect(pragma('journal_mode')).toEqual([['wal']]);
    writer.retry();
    expect(pragma('synchronous')).toEqual([[2]]);
    writer.close();
  } finally {
    DatabaseSync.prototype.exec = exec;
    rmSync(dir, { recursive: true });
  }
});

test(
  '[LG37] what recovery moves aside is on disk before the log is replaced, and then its name',
  needsPosix,
  async () => {
    const t = await openTestFiles();
    const { dataDir } = t.test;
    for (const name of ['a', 'b']) await t.put(name, name);
    await t.jobs.close();
    await t.uploads.close();
    await t.files.close();
    await t.test.hub.close();
    const db = new DatabaseSync(path.join(dataDir, 'hub.db'));
    db.exec(`DELETE FROM snapshots; UPDATE events SET body = '{' WHERE type = 'file.written' AND body LIKE '%"b"%'`);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    {
      using disk = await recordDisk(dataDir);
      const { movedTo = '', damagedFile = '' } = recover(dataDir, 0);
      const name = (file: string): string => path.relative(dataDir, file);
      const aside = name(movedTo).replace('.jsonl', '');
      const { folder, file } = placeOf(hashOf('b'));
      // Its lock, the copy that is being made, and what SQLite makes beside a database for its readers.
      const isOther = ([call, of, to]: DiskCall): boolean =>
        call === 'unlink' ||
        call === 'write' ||
        /hub\.lock|-(wal|shm)$/u.test(of) ||
        (of.includes('recovering') && to === undefined);
      const calls = disk.calls.filter((each) => !isOther(each));
      expect(calls).toEqual([
        ['create', name(movedTo)],
        ['sync', name(movedTo)],
        ['rename', file, path.join(aside, file)],
        ['sync', path.join(aside, folder)],
        ['sync', path.join(aside, 'blobs')],
        ['sync', aside],
        ['sync', '.'],
        ['rename', 'hub.db', name(damagedFile)],
        ['rename', expect.stringContaining('recovering'), 'hub.db'],
        ['sync', '.'],
      ]);
    }
    rmSync(dataDir, { recursive: true });
  },
);

test(
  '[DB41] a new secret of the logins is on disk before its name is, and its name before it counts',
  needsPosix,
  async () => {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-synced-'));
    {
      using disk = await recordDisk(dir);
      const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const secret = createLoginSecret(dir, quiet);
      secret.value();
      secret.replace();
      const kinds = disk.calls.map(([call, , to]) => (to === undefined ? call : `${call} to ${to}`));
      const once = ['create', 'write', 'sync', 'rename to login.secret', 'sync'];
      expect(kinds).toEqual([...once, ...once]);
      expect(disk.calls.filter(([, file]) => file === '.')).toHaveLength(2);
    }
    rmSync(dir, { recursive: true });
  },
);
