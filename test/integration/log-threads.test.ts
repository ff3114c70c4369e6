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
