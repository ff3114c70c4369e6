import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/protocol/canonical-json.ts';
import { Checkpoints } from '../../src/hub/log/checkpoints.ts';
import { Writer } from '../../src/hub/log/writer.ts';

const MIB = 2 ** 20;

test('[LG26] in a flood that leaves no turn for the thread, the writer bounds the write-ahead log by itself', async () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-checkpoints-'));
  const file = path.join(dir, 'hub.db');
  const writer = new Writer({ file, projections: [], snapshotEvery: 1_000_000, leavesCheckpoints: true });
  let byWriter = 0;
  const checkpoints = new Checkpoints({
    file,
    byWriter: () => {
      byWriter += 1;
      return writer.checkpoint();
    },
  });
  const what = 'x'.repeat(MIB / 4);
  let longest = 0;
  // No await: what the thread says about its copies is not heard before the end.
  for (let seq = 1; seq <= 400; seq += 1) {
    const event = { seq, at: 1, actor: { kind: 'hub' }, type: 'access.denied', code: 'forbidden', what };
    writer.write([{ first: seq, lines: canonicalJson(event) }]);
    checkpoints.wrote(what.length / 4096);
    longest = Math.max(longest, statSync(`${file}-wal`).size / MIB);
  }
  // 100 MiB were written; 16 MiB may wait, and a copy that the thread is in the middle of puts it off.
  expect(longest).toBeLessThan(64);
  expect(byWriter).toBeGreaterThanOrEqual(3);
  await checkpoints.close();
  writer.close();
  rmSync(dir, { recursive: true });
});
