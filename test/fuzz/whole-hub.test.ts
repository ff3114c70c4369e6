import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz } from '../support/fuzz-inputs/fuzz.ts';
import { HubProcess } from '../support/hub-process.ts';

const INPUTS = 5_000;
const SEED = 20_261_128;

let dataDir: string;
let hub: HubProcess;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-fuzz-'));
  hub = await HubProcess.start(dataDir);
});

afterAll(async () => {
  await hub.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test(
  '[CR3] five thousand seeded inputs on every route and wire: no 500, no crash, none without an answer',
  { timeout: 180_000 },
  async () => {
    const { url, adminToken } = hub.announced;
    const report = await fuzz({ url, adminToken }, { seed: SEED, count: INPUTS });
    expect(report.problems).toEqual([]);
    expect([...report.sent.values()].reduce((sum, sent) => sum + sent, 0)).toBe(INPUTS);
    expect(report.sent.size).toBe(7);
    expect(report.statuses.get('200')).toBeGreaterThan(INPUTS / 5);
    expect(await hub.stop()).toBe(0);
    expect(await hub.log()).not.toContain('a request failed');
  },
);
