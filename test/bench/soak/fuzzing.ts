import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzz } from '../../support/fuzz-inputs/fuzz.ts';
import { HubProcess } from '../../support/hub-process.ts';
import { rssOf } from '../support/child.ts';
import { count, type Row } from '../support/report.ts';
import type { SoakOptions } from './options.ts';

const MIB = 1024 * 1024;
/** Inputs from one line of progress to the next, at least. */
const SHOWN_EVERY = 5_000;

/** Seeded inputs of every kind: none may end in a 500, a crash or a hang. */
export async function fuzzing({ count: inputs = 100_000, seed = Date.now() % 2 ** 31 }: SoakOptions): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-soak-'));
  try {
    const hub = await HubProcess.start(dataDir);
    const { url, adminToken } = hub.announced;
    console.log(`seed ${seed}`);
    const start = performance.now();
    let shown = 0;
    const report = await fuzz(
      { url, adminToken },
      {
        seed,
        count: inputs,
        onScene: (sent, { problems }) => {
          if (sent - shown < SHOWN_EVERY) return;
          shown = sent;
          console.log(`${count(sent)} inputs, ${problems.length} problems, ${mib(rssOf(hub.pid))} resident`);
        },
      },
    );
    const seconds = (performance.now() - start) / 1_000;
    const memory = mib(rssOf(hub.pid));
    const exit = await hub.stop();
    const bugs = (await hub.log()).split('\n').filter((line) => line.includes('a request failed'));
    for (const problem of [...report.problems, ...bugs]) console.log(`\n${problem}`);
    const by = (counts: Map<string, number>): string =>
      [...counts]
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([name, times]) => `${name} ${count(times)}`)
        .join(', ');
    console.log(`${by(report.sent)}\nanswers: ${by(report.statuses)}`);
    return [
      {
        what: `${count(inputs)} fuzzed inputs, seed ${seed}`,
        ours: `${report.problems.length + bugs.length} problems in ${seconds.toFixed(0)} s; ${memory}`,
        reference: `slowest ${count(report.longestMs)} ms`,
        ratio: undefined,
        target: 'no 500, crash or hang',
        holds: report.problems.length + bugs.length === 0 && exit === 0,
      },
    ];
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function mib(bytes: number): string {
  return `${count(bytes / MIB)} MiB`;
}
