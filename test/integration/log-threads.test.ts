import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi, type MockInstance } from 'vitest';
import { Checkpoints } from '../../src/hub/log/checkpoints.ts';
import { SqliteLog } from '../../src/hub/log/sqlite-log.ts';
import { Writer } from '../../src/hub/log/writer.ts';
import { canonicalJson } from '../../src/protocol/canonical-json.ts';
import { human, openTestHub } from '../support/open-hub.ts';

let dataDir: string;
let torn: MockInstance;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-threads-'));
  torn = vi.spyOn(Worker.prototype, 'terminate');
});

afterEach(() => {
  torn.mockRestore();
  rmSync(dataDir, { recursive: true, force: true });
});

test('[LG43] the thread of checkpoints ends by itself, after the copy that it is asked for', async () => {
  const file = path.join(dataDir, 'hub.db');
  const writer = new Writer({ file, projections: [], snapshotEvery: 1_000_000, leavesCheckpoints: true });
  const checkpoints = new Checkpoints({ file, byWriter: () => writer.checkpoint() });
  const event = { seq: 1, at: 1, actor: { kind: 'hub' }, type: 'access.denied', code: 'forbidden', what: 'x' };
  writer.write([{ first: 1, lines: canonicalJson(event) }]);
  checkpoints.wrote(2_000);
  await checkpoints.close();
  // It was copied: nothing of the write-ahead log is left to copy.
  const { pages, copied } = writer.checkpoint();
  expect([copied, torn.mock.calls.length]).toEqual([pages, 0]);
  writer.close();
});

test('[LG43] a hub that closes waits for the thread that checks its log', async () => {
  const ended: boolean[] = [];
  const onWorker = (message: unknown): void => {
    const { worker } = message as { worker: Worker };
    const at = ended.push(false) - 1;
    worker.once('exit', () => (ended[at] = true));
  };
  const world = await openTestHub({ dataDir });
  for (let n = 0; n < 3_000; n += 1)
    world.hub.record([{ type: 'access.denied', code: 'forbidden', what: `${n}` }], human);
  await world.hub.durable();
  subscribe('worker_threads', onWorker);
  const checks = [world.hub.audit.verify(), world.hub.audit.verifyEvents()];
  const outcomes = Promise.allSettled(checks);
  while (ended.length < 2) await new Promise((resolve) => setImmediate(resolve));
  world.locks.close();
  await world.hub.close();
  expect(ended).toEqual([true, true]);
  unsubscribe('worker_threads', onWorker);
  await outcomes;
  await expect(world.hub.audit.verify()).rejects.toMatchObject({ code: 'hub_closed' });
  expect(torn).not.toHaveBeenCalled();
});

test('[LG43] the writer ends by itself when the hub closes, and when the log cannot be opened', async () => {
  const test = await openTestHub({ dataDir });
  for (let n = 0; n < 50; n += 1) {
    test.hub.record([{ type: 'access.denied', code: 'forbidden', what: 'x'.repeat(200_000) }], human);
    await test.hub.durable();
  }
  test.locks.close();
  await test.hub.close();
  const { log } = await SqliteLog.open({ dataDir });
  await log.close();
  writeFileSync(path.join(dataDir, 'hub.db'), 'no database '.repeat(1_000));
  await expect(SqliteLog.open({ dataDir })).rejects.toMatchObject({ code: 'log_corrupt' });
  expect(torn).not.toHaveBeenCalled();
});
