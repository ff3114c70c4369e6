import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canonicalJson } from '../../src/protocol/canonical-json.ts';
import { Checkpoints } from '../../src/hub/log/checkpoints.ts';
import { walPages } from '../../src/hub/log/salvage/raw-pages.ts';
import { openLogReader } from '../../src/hub/log/schema.ts';
import { verifyLog } from '../../src/hub/log/verify.ts';
import { WalRoom } from '../../src/hub/log/wal-room.ts';
import { mustBeWhole } from '../../src/hub/log/whole-file.ts';
import { Writer } from '../../src/hub/log/writer.ts';

const MIB = 2 ** 20;
let dir: string;
let file: string;
let writer: Writer;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-wal-'));
  file = path.join(dir, 'hub.db');
  writer = new Writer({ file, projections: [], snapshotEvery: 1_000_000, leavesCheckpoints: true });
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Writes the next event. */
function write(what = 'x'): void {
  const seq = writer.seq + 1;
  const event = { seq, at: 1, actor: { kind: 'hub' }, type: 'access.denied', code: 'forbidden', what };
  writer.write([{ first: seq, lines: canonicalJson(event) }]);
}

const walBytes = (): number => statSync(`${file}-wal`).size;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('[LG52] the file of the write-ahead log is made larger ahead of the commits, which go on in it', async () => {
  const room = new WalRoom(file, { roomBytes: 2 * MIB, firstMs: 0 });
  while (walBytes() < 2 * MIB) {
    write();
    await turn();
  }
  for (let n = 0; n < 20; n += 1) write();
  expect(walBytes()).toBe(2 * MIB);
  room.close();

  // As a crash leaves it: with zeros behind the last commit.
  const crashed = mkdtempSync(path.join(os.tmpdir(), 'signalbox-wal-'));
  cpSync(dir, crashed, { recursive: true });
  const copy = path.join(crashed, 'hub.db');
  mustBeWhole(copy);
  const pages = walPages(copy);
  expect(pages?.count).toBeGreaterThan(3);
  pages?.close();
  const reader = openLogReader(copy);
  expect(verifyLog(reader, { now: () => 0 })).toMatchObject({ ok: true, events: writer.seq });
  reader.close();
  const again = new Writer({ file: copy, projections: [], snapshotEvery: 1_000_000, leavesCheckpoints: true });
  expect(again.seq).toBe(writer.seq);
  again.close();
  writer.close();
  rmSync(crashed, { recursive: true });
});

test.each([
  ['that is larger already', { roomBytes: MIB / 2 }],
  ['on a disk with little room', { roomBytes: 4 * MIB, leastFreeBytes: Infinity }],
])('[LG52] a write-ahead log %s is left as it is', async (_name, options) => {
  while (walBytes() < MIB) write('x'.repeat(MIB / 4));
  const before = walBytes();
  const room = new WalRoom(file, { ...options, firstMs: 0 });
  for (let n = 0; n < 200; n += 1) await turn();
  expect(walBytes()).toBe(before);
  room.close();
  writer.close();
});

test('[LG53] the write-ahead log is copied in a moment without commits; past 12 MiB at once', async () => {
  const copied = async (pages: number): Promise<Checkpoints> => {
    const checkpoints = new Checkpoints({ file, byWriter: () => writer.checkpoint() });
    write('x'.repeat(MIB));
    checkpoints.wrote(pages);
    return Promise.resolve(checkpoints);
  };
  // At once: it is closed before any such moment, and waits for the copy.
  const full = await copied(3_000);
  await full.close();
  const reader = openLogReader(file);
  const inDatabase = (): number => statSync(file).size / MIB;
  expect(inDatabase()).toBeGreaterThan(1);
  const before = inDatabase();
  const early = await copied(1_500);
  await early.close();
  expect(inDatabase()).toBe(before);
  const idle = await copied(1_500);
  while (inDatabase() === before) await turn();
  await idle.close();
  reader.close();
  writer.close();
});
