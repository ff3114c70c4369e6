import { mkdtempSync, rmSync } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseTree, Child } from './support/child.ts';
import { RawSse } from './support/raw-sse.ts';
import { median, percentile, type Row } from './support/report.ts';

/** Short rounds, and many: a shared machine is not as fast in one second as in the next. */
const ROUNDS = 25;
const WRITES = 24;
const AGENTS = 8;
/** Writes before anything is measured: until the code is compiled and the files are open. */
const WARM_UP = 100;

/**
 * From a call of `file_write` to its answer, by one agent and by eight at once, beside the syncs alone
 * that a durable write needs. With `BENCH_BASE=<another tree of this repository>` also beside that
 * tree's hub, round by round.
 */
export async function fileWrite(): Promise<Row[]> {
  const ours = await Writers.start();
  const base = baseTree === undefined ? undefined : await Writers.start(baseTree);
  const bare = new BareWriter();
  const rows: Row[] = [];
  for (const agents of [1, AGENTS]) {
    const mine: Times = [];
    const theirs: Times = [];
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(...(await (base ?? bare).write(agents)));
      mine.push(...(await ours.write(agents)));
    }
    rows.push(rowOf(agents, mine, theirs, base !== undefined));
  }
  await ours.stop();
  await base?.stop();
  bare.stop();
  return rows;
}

/** Latencies in ms. */
type Times = number[];

function rowOf(agents: number, ours: Times, reference: Times, isOtherTree: boolean): Row {
  const words = (times: Times): string =>
    `p50 ${median(times).toFixed(2)} ms, p99 ${percentile(times, 0.99).toFixed(2)} ms`;
  const ratio = median(ours) / median(reference);
  const most = isOtherTree ? 0.7 : 3;
  return {
    what: `file_write, ${agents === 1 ? 'one agent' : `${agents} agents at once`}`,
    ours: words(ours),
    reference: `${isOtherTree ? 'other tree' : 'the syncs alone'} ${words(reference)}`,
    ratio,
    target: `≤ ${most.toFixed(2)} of ${isOtherTree ? 'the other tree' : 'the syncs alone'}`,
    holds: ratio <= most,
  };
}

/** Agents that write files to a hub. */
class Writers {
  readonly #hub: Child;
  readonly #agents: readonly RawSse[];
  #written = 0;

  private constructor(hub: Child, agents: readonly RawSse[]) {
    this.#hub = hub;
    this.#agents = agents;
  }

  static async start(tree?: string): Promise<Writers> {
    const hub = await Child.start('hub-server.ts', {}, tree);
    const keys = await hub.keys(AGENTS);
    const agents = await RawSse.openMany(AGENTS, () =>
      RawSse.open(new URL(String(hub.ready['url'])), String(keys.pop())),
    );
    const writers = new Writers(hub, agents);
    await writers.write(1, WARM_UP);
    return writers;
  }

  write(agents: number, count: number = WRITES): Promise<number[]> {
    return timed(agents, count, async (agent) => {
      const n = this.#written++;
      const args = { path: `${n % 50}.md`, text: contentOf(n) };
      const text = await this.#agents[agent]?.requestText('tools/call', { name: 'file_write', arguments: args });
      if (text === undefined || text.includes('"isError":true')) throw new Error(`file_write: ${text}`);
    });
  }

  async stop(): Promise<void> {
    for (const agent of this.#agents) agent.close();
    await this.#hub.stop();
  }
}

/** What it takes to have a content and a line of a log on disk: a file, its name in a folder, the line. */
class BareWriter {
  readonly #folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  #written = 0;

  async write(agents: number): Promise<number[]> {
    const into = join(this.#folder, 'contents');
    await mkdir(into, { recursive: true });
    const log = await open(join(this.#folder, 'log'), 'a');
    try {
      return await timed(agents, WRITES, async () => {
        const n = this.#written++;
        const temporary = join(this.#folder, `${n}.part`);
        const file = await open(temporary, 'wx');
        await file.writeFile(contentOf(n));
        await file.sync();
        await file.close();
        await link(temporary, join(into, String(n)));
        const folder = await open(into, 'r');
        await folder.sync();
        await folder.close();
        await log.appendFile(`${n}\n`);
        await log.datasync();
        await rm(temporary);
      });
    } finally {
      await log.close();
    }
  }

  stop(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function contentOf(n: number): string {
  return `${n} ${'night shift '.repeat(85)}`;
}

/** Ms of each of `count` acts, by so many agents at once, each one after the other. */
async function timed(agents: number, count: number, act: (agent: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: agents }, async (_, agent) => {
      for (let n = 0; n < count / agents; n++) {
        const start = performance.now();
        await act(agent);
        times.push(performance.now() - start);
      }
    }),
  );
  return times;
}
