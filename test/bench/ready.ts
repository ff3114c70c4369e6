import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Hub } from '../../src/hub/hub.ts';
import { count, median, type Row } from './support/report.ts';

const EVENTS = 1_000_000;
const BATCH = 2_000;
const ROUNDS = 7;
const cli = fileURLToPath(new URL('../../out/cli/main.js', import.meta.url));

/** From process start to the line that says where to connect: an empty log, a long one, and node alone. */
export async function ready(): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  const emptyDir = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  const serve = (dir: string): string[] => [cli, 'serve', '--port', '0', '--json', '--data-dir', dir];
  const bare = ['-e', `require('node:http').createServer().listen(0, '127.0.0.1', () => console.log('{}'))`];
  try {
    await fill(dataDir);
    // Warms the compile cache, as an installed app is warm.
    await untilReady(serve(emptyDir));
    await untilReady(serve(dataDir));
    const empty: number[] = [];
    const long: number[] = [];
    const node: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      node.push(await untilReady(bare));
      empty.push(await untilReady(serve(emptyDir)));
      long.push(await untilReady(serve(dataDir)));
    }
    const reference = `bare node:http ${median(node).toFixed(0)} ms`;
    return [
      row('ready, empty log', median(empty), reference, median(node)),
      row(`ready, ${count(EVENTS)} events in the log`, median(long), reference, median(node)),
    ];
  } finally {
    for (const dir of [dataDir, emptyDir]) rmSync(dir, { recursive: true, force: true });
  }
}

function row(what: string, ms: number, reference: string, referenceMs: number): Row {
  return {
    what,
    ours: `${ms.toFixed(0)} ms`,
    reference,
    ratio: ms / referenceMs,
    target: '≤ 200 ms',
    holds: ms <= 200,
  };
}

/** Ms from the start of the process to its first line. */
async function untilReady(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const first = await new Promise<boolean>((resolve) => {
    createInterface(child.stdout)
      .once('line', () => resolve(true))
      .once('close', () => resolve(false));
  });
  const ms = performance.now() - start;
  child.kill('SIGTERM');
  await gone;
  if (!first) throw new Error('the hub ended before it was ready');
  return ms;
}

/** A log such as a busy month leaves: most of it tool calls. */
async function fill(dataDir: string): Promise<void> {
  const hub = await Hub.open({ dataDir });
  const origin = { actor: { kind: 'hub' } } as const;
  for (let written = 0; written < EVENTS; written += BATCH) {
    const events = Array.from({ length: BATCH }, (_, n) => ({
      type: 'tool.called' as const,
      tool: 'lock_renew',
      sessionId: `ses_${(written + n) % 500}`,
      argsDigest: '0123456789abcdef',
      outcome: 'ok' as const,
      ms: 0.4,
    }));
    await hub.record(events, origin).durable;
  }
  await hub.close();
}
