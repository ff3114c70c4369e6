import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mainProgram } from '../support/run-program.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

/** More than any pipe holds, and more than a page of the log. */
const EVENTS = 1_000;
const LENGTH = 1_500;

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
  const body = { type: 'access.denied', keyId: 'key_x', code: 'forbidden', what: 'x'.repeat(LENGTH) } as const;
  hub.server.hub.record(
    Array.from({ length: EVENTS }, () => body),
    { actor: { kind: 'hub' } },
  );
  await hub.server.hub.durable();
});
afterAll(() => hub.close());

/** A command as a shell runs it in a pipeline: its stdout is the kernel's pipe to another process. */
function piped(into: string, ...args: string[]): ChildProcess & { stdout: Readable; stderr: Readable } {
  const command = ['--disable-warning=ExperimentalWarning', mainProgram, ...args, '--data-dir', hub.dataDir];
  return spawn('bash', ['-c', `set -o pipefail; "$@" | ${into}`, 'bash', process.execPath, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ended(child: ReturnType<typeof piped>): Promise<{ exitCode: unknown; out: string; err: string }> {
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const [exitCode] = (await once(child, 'close')) as unknown[];
  return { exitCode, out, err };
}

test('[CL21] a reader that is slow gets all that was printed', async () => {
  const { exitCode, out, err } = await ended(
    piped('dd bs=1k status=none', 'audit', 'tail', '-n', String(EVENTS), '--json'),
  );
  const seqs = out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { seq: number }).seq);
  const { seq } = hub.server.hub.state;
  expect(seqs).toEqual(Array.from({ length: EVENTS }, (_, n) => seq - EVENTS + 1 + n));
  expect(out.length).toBeGreaterThan(2 ** 20);
  expect([exitCode, err]).toEqual([0, '']);
});

test('[CL22] a reader that has seen enough ends the command, without a word', async () => {
  for (const more of [[], ['--follow']]) {
    const tail = piped('head -n 1', 'audit', 'tail', '-n', String(EVENTS), '--json', ...more);
    const { exitCode, out, err } = await ended(tail);
    expect(out.trim().split('\n')).toHaveLength(1);
    expect([exitCode, err]).toEqual([0, '']);
  }
});

test('[CL22] agents whose reader has left end, and their keys with them', async () => {
  const { exitCode, err } = await ended(piped('head -n 1', 'agent'));
  expect([exitCode, err]).toEqual([0, '']);
  const keys = [...hub.server.hub.state.keys.values()].filter(({ name }) => name.startsWith('sample-'));
  expect(keys.map(({ revokedAt }) => revokedAt !== undefined)).toEqual([true, true, true]);
});

test('[CL22] a command whose complaints nobody reads ends as it would', async () => {
  const child = piped('cat', 'keys', 'revoke', 'nobody');
  child.stderr.destroy();
  expect(await once(child, 'close')).toEqual([1, null]);
});
