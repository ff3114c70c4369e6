import { execFileSync } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { MOST_LINE_BYTES, MOST_UNREAD_BYTES } from '../../src/connect/client-end.ts';
import { MOST_PENDING } from '../../src/connect/pending.ts';
import { emptyDataDir, startConnect } from '../support/connect-process.ts';
import { needsPosix } from '../support/needs.ts';
import { mainProgram, runProgram } from '../support/run-program.ts';
import { startTestHub } from '../support/start-test-hub.ts';
import { nextOf } from '../support/until.ts';

test('[CN22] a line that is too long is refused and passed over, and what follows is served', async () => {
  await using folder = await emptyDataDir();
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'long'] });
  await bridge.handshake();
  bridge.send(`{"jsonrpc":"2.0","id":"x","method":"ping","params":{"x":"${'x'.repeat(MOST_LINE_BYTES)}"}}`);
  expect((await bridge.message(({ error }) => error !== undefined)).error?.data).toMatchObject({ code: 'too_large' });
  expect((await bridge.ask('ping')).result).toEqual({});
});

test('[CN23] a client may have so many requests under way; more are refused, and the first ones go on', async () => {
  await using folder = await emptyDataDir();
  const world = await startTestHub({ dataDir: folder.dataDir });
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'flood'] });
  await bridge.handshake();
  const wait = { name: 'event_wait', arguments: { after_seq: 0, types: ['file.restored'], timeout_ms: 300_000 } };
  const ids = Array.from({ length: MOST_PENDING }, () => bridge.begin('tools/call', wait));
  const more = bridge.begin('tools/call', wait);
  expect((await bridge.answer(more)).result).toMatchObject({
    isError: true,
    structuredContent: { code: 'limit_reached' },
  });
  for (const requestId of ids) {
    bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
  }
  expect(await bridge.leave()).toBe(0);
  await world.close();
});

test(
  '[CN24] from a client that does not read, nothing is read past a bound, and nothing of the hub for it',
  needsPosix,
  async () => {
    await using folder = await emptyDataDir();
    const world = await startTestHub({ dataDir: folder.dataDir });
    const size = 1024 * 1024;
    await world.server.files.write(
      { actor: { kind: 'human' } },
      { workspace: world.workspace, path: 'big.txt', content: Buffer.alloc(size, 'x'), source: 'tool' },
    );
    await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'deaf'] });
    await bridge.handshake();
    bridge.child.stdout?.pause();
    const before = memoryOf(bridge.child.pid);
    const reads = (4 * MOST_UNREAD_BYTES) / size;
    const line = (id: number): object => ({
      jsonrpc: '2.0',
      id: `r${id}`,
      method: 'tools/call',
      params: { name: 'file_read', arguments: { path: 'big.txt', max_bytes: size } },
    });
    for (let n = 0; n < reads; n++) bridge.send(line(n));
    // What the bridge does not read stays in the pipe and with the client.
    bridge.send({ jsonrpc: '2.0', id: 'last', method: 'ping' });
    bridge.child.stdout?.resume();
    for (let n = 0; n < reads; n++) await bridge.message(({ id }) => id === `r${n}`);
    expect((await bridge.message(({ id }) => id === 'last')).result).toEqual({});
    const after = memoryOf(bridge.child.pid);
    expect(after - before).toBeLessThan(256 * 1024 * 1024);
    await world.close();
  },
);

test('[CN25] what is kept of a hub has no secret and is for its owner alone', needsPosix, async () => {
  await using folder = await emptyDataDir();
  const world = await startTestHub({ dataDir: folder.dataDir });
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'quiet'] });
  await bridge.handshake();
  await bridge.ask('tools/list');
  await bridge.leave();
  await world.close();
  const kept = path.join(folder.dataDir, 'connect');
  const files = await readdir(kept);
  expect(files).toHaveLength(1);
  for (const file of files) {
    expect((await stat(path.join(kept, file))).mode & 0o077).toBe(0);
    expect(await readFile(path.join(kept, file), 'utf8')).not.toContain('sbx_');
  }
});

test('[CN26] --start starts a hub where none runs, once for two bridges, and leaves it running', async () => {
  await using folder = await emptyDataDir();
  // Their hub takes a port of its own: another may have the usual one.
  const options = {
    dataDir: folder.dataDir,
    program: mainProgram,
    args: ['--as', 'starter', '--start'],
    env: { SIGNALBOX_PORT: '0' },
  };
  await using one = startMain(options);
  await using two = startMain(options);
  await Promise.all([one.handshake(), two.handshake()]);
  expect((await one.call('whoami'))['isError']).toBeUndefined();
  expect((await two.call('whoami'))['isError']).toBeUndefined();
  await one.leave();
  await two.leave();
  const { pid } = JSON.parse(await readFile(path.join(folder.dataDir, 'hub.lock'), 'utf8')) as { pid: number };
  await using third = startConnect({ dataDir: folder.dataDir, args: ['--as', 'starter'] });
  await third.handshake();
  expect((await third.call('whoami'))['isError']).toBeUndefined();
  process.kill(pid, 'SIGTERM');
});

test('[CN27] a wrong command line ends with 2 and a sentence on stderr; help is there too, and stdout stays empty', async () => {
  const run = (...args: string[]) => runProgram(['connect', ...args], { env: { SIGNALBOX_URL: '' } }).ended;
  const cases = [
    [['--url', 'http://hub.example'], /in clear/u],
    [['--url', 'nowhere'], /takes an address/u],
    [['--role', 'king'], /viewer, editor, owner/u],
    [['--as', ''], /1 to 64/u],
    [['--news', 'later'], /start or prompt/u],
    [['--what'], /--what/u],
  ] as const;
  for (const [args, words] of cases) {
    const { exitCode, out, err } = await run(...args);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toMatch(words);
  }
  const help = await run('--help');
  expect([help.exitCode, help.out]).toEqual([0, '']);
  expect(help.err).toContain('SIGNALBOX_KEY');
});

test('[CN28] the hub tells a bridge from its client: the session is the client’s, by the name that --as gave', async () => {
  await using folder = await emptyDataDir();
  const world = await startTestHub({ dataDir: folder.dataDir });
  const opened = nextOf(world.server.hub, 'session.opened');
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'Zoë’s agent'] });
  await bridge.handshake({ name: 'claude-code' });
  expect(await opened).toMatchObject({ agent: 'Zoë’s agent' });
  expect([...world.server.hub.state.sessions.values()][0]?.client).toMatchObject({ name: 'claude-code' });
  await world.close();
});

/** The whole command line's `connect`, which has a hub to start beside it. */
function startMain({ program, args, ...options }: Parameters<typeof startConnect>[0]) {
  return startConnect({ ...options, program: program ?? '', args: args ?? [], words: ['connect'] });
}

/** Resident bytes of a process. */
function memoryOf(pid: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}
