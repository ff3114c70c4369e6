import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { count, type Row } from '../support/report.ts';
import type { SoakOptions } from './options.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The test of CR1 with more kills: a hub that is killed under load loses nothing that it acknowledged. */
export function kills({ count: times = 200 }: SoakOptions): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-soak-'));
  const report = join(folder, 'report.json');
  const start = performance.now();
  try {
    const { status } = spawnSync(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', 'test/integration/crash.test.ts'],
      { cwd: root, stdio: 'inherit', env: { ...process.env, SOAK_KILLS: String(times), SOAK_REPORT: report } },
    );
    const seconds = (performance.now() - start) / 1_000;
    const acknowledged = status === 0 ? words(JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>) : '';
    const row: Row = {
      what: `${times} × SIGKILL under load`,
      ours: status === 0 ? `nothing lost in ${seconds.toFixed(0)} s` : 'the test failed, see above',
      reference: acknowledged,
      ratio: undefined,
      target: 'nothing acknowledged lost',
      holds: status === 0,
    };
    return Promise.resolve([row]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function words(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, number]) => `${count(number)} ${name}`)
    .join(', ');
}
