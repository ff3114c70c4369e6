import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { canonicalJson } from '../../src/protocol/canonical-json.ts';
import type { StorageNews } from '../../src/hub/log/event-log.ts';
import { SqliteLog } from '../../src/hub/log/sqlite-log.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { openLogReader } from '../../src/hub/log/schema.ts';
import { Writer } from '../../src/hub/log/writer.ts';
import type { Projection } from '../../src/hub/log/projections/projection.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { human, openTestHub } from '../support/open-hub.ts';

const dirs: string[] = [];

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function freshFile(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-writer-'));
  dirs.push(dir);
  return path.join(dir, 'hub.db');
}

/** Counts workspaces, and cannot bear one called `bad`. */
const counting = (column: string, version = 1, suffix = ''): Projection => ({
  name: 'counts',
  version,
  schema: [`CREATE TABLE counts (seq INTEGER PRIMARY KEY, ${column} TEXT)`],
  apply(db, event) {
    if (event.type !== 'workspace.created') return;
    if (event.name === 'bad') throw new Error('cannot be projected');
    db.prepare(`INSERT INTO counts (seq, ${column}) VALUES (?, ?)`).run(event.seq, event.name + suffix);
  },
});

function lines(first: number, ...names: readonly string[]): { first: number; lines: string } {
  const json = names.map((name, index) =>
    canonicalJson({
      seq: first + index,
      at: 1,
      actor: { kind: 'hub' },
      type: 'workspace.created',
      workspace: `wsp_${name}`,
      name,
      quotaBytes: 1,
      intelligence: false,
    }),
  );
  return { first, lines: json.join('\n') };
}

function counts(file: string, column: string): unknown[] {
  const db = openLogReader(file);
  const rows = db.prepare(`SELECT ${column} AS name FROM counts ORDER BY seq`).all();
  db.close();
  return rows.map(({ name }) => name);
}

test('[LG5] [LG15] a batch whose projection fails is not in the log at all, and later ones wait for a retry', () => {
  const file = freshFile();
  const writer = new Writer({ file, projections: [counting('name')], snapshotEvery: 2 });
  writer.write([lines(1, 'a')]);
  expect(() => writer.write([lines(2, 'b'), lines(3, 'c', 'bad', 'd')])).toThrow('cannot be projected');
  expect(writer.failed).toBe(true);
  expect(() => writer.write([lines(2, 'b')])).toThrow('The last write failed');
  expect(counts(file, 'name')).toEqual(['a']);
  writer.retry();
  expect(writer.seq).toBe(1);
  expect(() => writer.write([lines(3, 'gap')])).toThrow('cannot follow');
  writer.retry();
  writer.write([lines(2, 'b'), lines(3, 'c')]);
  writer.settle();
  writer.close();
  expect(counts(file, 'name')).toEqual(['a', 'b', 'c']);
});

test('[LG15] a projection is made anew from the whole log when its schema changes', () => {
  const file = freshFile();
  const first = new Writer({ file, projections: [counting('name')], snapshotEvery: 100 });
  first.write([lines(1, 'a', 'b')]);
  first.close();
  const second = new Writer({ file, projections: [counting('title')], snapshotEvery: 100 });
  expect(counts(file, 'title')).toEqual(['a', 'b']);
  second.write([lines(3, 'c')]);
  second.close();
  expect(counts(file, 'title')).toEqual(['a', 'b', 'c']);
});

test('[LG15] a projection is made anew from the whole log when its version is raised, and not otherwise', () => {
  const file = freshFile();
  const open = (projection: Projection) => new Writer({ file, projections: [projection], snapshotEvery: 100 });
  const first = open(counting('name'));
  first.write([lines(1, 'a', 'b')]);
  first.close();
  open(counting('name', 1, '!')).close();
  expect(counts(file, 'name')).toEqual(['a', 'b']);
  open(counting('name', 2, '!')).close();
  expect(counts(file, 'name')).toEqual(['a!', 'b!']);
  open(counting('name', 2, '?')).close();
  expect(counts(file, 'name')).toEqual(['a!', 'b!']);
});

test('[LG13] a snapshot is stored every so many events and at close; two are kept', () => {
  const file = freshFile();
  const writer = new Writer({ file, projections: [], snapshotEvery: 2 });
  const stored = (): unknown[] => {
    const db = openLogReader(file);
    const rows = db.prepare('SELECT seq FROM snapshots ORDER BY seq').all();
    db.close();
    return rows.map(({ seq }) => seq);
  };
  writer.write([lines(1, 'a')]);
  writer.settle();
  expect(stored()).toEqual([]);
  writer.write([lines(2, 'b')]);
  writer.settle();
  expect(stored()).toEqual([2]);
  writer.write([lines(3, 'c', 'd', 'e', 'f')]);
  writer.settle();
  writer.write([lines(7, 'g')]);
  writer.close();
  expect(stored()).toEqual([6, 7]);
});

test('[LG24] a writer thread that dies is replaced, and nothing acknowledged is lost', async () => {
  const threads: Worker[] = [];
  const seen = (thread: Worker): void => void threads.push(thread);
  process.on('worker', seen);
  const test = await openTestHub();
  process.off('worker', seen);
  await using _ = test;
  const { hub, clock } = test;
  await hub.execute(createWorkspace, { name: 'before' }, human);
  const failed = new Promise((resolve) => hub.onStorage(resolve));
  await threads.find(({ threadName }) => threadName === 'log writer')?.terminate();
  expect(await failed).toMatchObject({ status: 'failed', message: expect.stringContaining('writer stopped') });
  expect(() => hub.commit(createWorkspace, { name: 'meanwhile' }, human)).toThrow(
    expect.objectContaining({ code: 'storage_failed' }),
  );
  const well = new Promise((resolve) => hub.onStorage(resolve));
  clock.advance(1000);
  expect(await well).toEqual({ status: 'ok' });
  await hub.execute(createWorkspace, { name: 'after' }, human);
  expect([...hub.state.workspaces.values()].map(({ name }) => name)).toEqual(['default', 'before', 'after']);
  expect(await hub.audit.verify()).toMatchObject({ ok: true, events: hub.state.seq });
});

test('[LG31] a writer thread that ends between its commit and the report of it: what is on disk is emitted, and numbers go on', async () => {
  const endAfterCommit = new Int32Array(new SharedArrayBuffer(4));
  await using test = await openTestHub({ endAfterCommit });
  const { hub, clock } = test;
  const emitted: number[] = [];
  hub.subscribe((batch) => emitted.push(...batch.map(({ event }) => event.seq)));
  const failed = new Promise((resolve) => hub.onStorage(resolve));
  Atomics.store(endAfterCommit, 0, 1);
  const committed = await hub.execute(createWorkspace, { name: 'committed' }, human);
  expect(emitted.at(-1)).toBe(hub.state.seq);
  expect(await failed).toMatchObject({ status: 'failed', message: expect.stringContaining('writer stopped') });

  const well = new Promise((resolve) => hub.onStorage(resolve));
  clock.advance(1000);
  expect(await well).toEqual({ status: 'ok' });
  await hub.execute(createWorkspace, { name: 'after' }, human);
  expect(hub.state.workspaces.has(committed.workspace)).toBe(true);
  expect(emitted).toEqual(emitted.map((_, index) => (emitted[0] ?? 0) + index));
  expect(emitted.at(-1)).toBe(hub.state.seq);
  expect(await hub.audit.verify()).toMatchObject({ ok: true, events: hub.state.seq });
});

test('[LG31] a log that cannot be read when a new thread takes over is tried again, and goes on when it can be', async () => {
  const dir = path.dirname(freshFile());
  const endAfterCommit = new Int32Array(new SharedArrayBuffer(4));
  const { log } = await SqliteLog.open({ dataDir: dir, endAfterCommit });
  const heard = { seqs: [] as number[], news: [] as StorageNews[] };
  let wake = (): void => undefined;
  log.subscribe(0, (batch) => heard.seqs.push(...batch.map(({ event }) => event.seq)));
  log.onStorage((news) => {
    heard.news.push(news);
    wake();
  });
  const nextNews = async (): Promise<StorageNews | undefined> => {
    await new Promise<void>((resolve) => (wake = resolve));
    return heard.news.at(-1);
  };
  const reader = log.reader as { prepare: typeof log.reader.prepare };
  const { prepare } = reader;
  reader.prepare = () => {
    throw new Error('disk I/O error');
  };
  const commitFrom = (first: number, ...names: string[]) =>
    lines(first, ...names)
      .lines.split('\n')
      .map((json) => ({ json, event: JSON.parse(json) as HubEvent }));
  // On disk, and not reported: the thread ends right after its commit, and the log cannot be read.
  Atomics.store(endAfterCommit, 0, 1);
  log.append(commitFrom(1, 'a', 'b'));
  expect(await nextNews()).toMatchObject({ status: 'failed' });
  for (let tries = 0; tries < 2; tries += 1) {
    log.retry();
    expect(await nextNews()).toMatchObject({ status: 'failed', message: expect.stringContaining('disk I/O error') });
    expect(heard.seqs).toEqual([]);
  }
  reader.prepare = prepare;
  log.retry();
  expect(await nextNews()).toEqual({ status: 'ok' });
  expect(heard.seqs).toEqual([1, 2]);
  const more = new Promise<void>((resolve) => log.subscribe(2, () => resolve()));
  log.append(commitFrom(3, 'c'));
  await more;
  expect(heard.seqs).toEqual([1, 2, 3]);
  await log.close();
});

test('[LG26] under a flood without a pause the write-ahead log starts over now and then', async () => {
  await using test = await openTestHub();
  const { hub, dataDir } = test;
  const what = 'x'.repeat(20_000);
  const flood = Array.from({ length: 100 }, () => ({
    type: 'access.denied' as const,
    code: 'forbidden' as const,
    what,
  }));
  const megabytes = (suffix: string): number => statSync(path.join(dataDir, `hub.db${suffix}`)).size / 2 ** 20;
  let written = 0;
  // How much gathers while it is copied depends on the machine; that it ends does not.
  for (; written < 32 || megabytes('-wal') > written / 2; written += 2) {
    expect(written).toBeLessThan(1_000);
    await hub.record(flood, human).durable;
  }
  expect(megabytes('')).toBeGreaterThan(written / 2 - 8);
  expect(await hub.audit.verify()).toMatchObject({ ok: true, events: hub.state.seq });
});

test('[LG26] many small events leave a bounded write-ahead log, and a close leaves none of it', async () => {
  await using test = await openTestHub();
  const { hub, dataDir } = test;
  const calls = Array.from({ length: 2_000 }, (_, n) => ({
    type: 'tool.called' as const,
    tool: 'lock_renew',
    sessionId: `ses_${n % 500}`,
    argsDigest: '0123456789abcdef',
    outcome: 'ok' as const,
    ms: 1,
  }));
  const megabytes = (): number =>
    (statSync(path.join(dataDir, 'hub.db-wal'), { throwIfNoEntry: false })?.size ?? 0) / 2 ** 20;
  for (let batch = 0; batch < 60; batch += 1) await hub.record(calls, human).durable;
  expect(megabytes()).toBeLessThan(64);
  await hub.close();
  expect(megabytes()).toBe(0);
});
