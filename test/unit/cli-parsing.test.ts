import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseExpiry } from '../../src/cli/expiry.ts';
import { findHub } from '../../src/cli/find-hub.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { cliHost } from '../support/cli-host.ts';

async function run(...args: string[]) {
  const host = cliHost();
  const exitCode = await runCli(args, host);
  return { exitCode, out: host.out(), err: host.err() };
}

test('[CL1] a wrong command line ends with 2 and says on stderr in one line what is wrong', async () => {
  for (const [args, says] of [
    [['serve', '--port', '99999'], '65535'],
    [['serve', '--port', '-1'], '65535'],
    [['serve', '--nonsense'], '--nonsense'],
    [['serve', '--requests-per-second', 'many'], '0 is no limit'],
    [['serve', '--log-level', 'loud'], 'loud'],
    [['keys', 'create'], 'name'],
    [['keys', 'create', 'a', '--role', 'king'], 'king'],
    [['nonsense'], 'nonsense'],
    [['audit', 'tail', '-n', 'x'], '1000'],
    [['keys', 'create', 'a', '--expires', 'soon'], '30d'],
    [['keys', 'create', 'a', '--expires', '2027-02-31'], '2027-02-31'],
    [['serve', '--data-dir', ''], 'A folder is expected'],
    [['audit', 'recover', '--data-dir', ''], 'A folder is expected'],
    [['audit', 'tail', '--type', 'bogus'], 'Nouns are hub, key,'],
    [['audit', 'tail', '--type', 'lock', 'lock.aquired'], 'Did you mean lock.acquired? Of lock there are lock.'],
  ] as const) {
    const { exitCode, out, err } = await run(...args);
    expect([args, exitCode, out]).toEqual([args, 2, '']);
    expect(err).toMatch(/^invalid_argument: .*\n$/u);
    expect(err).toContain(says);
  }
});

test.each([
  [['serve', '--prot', '1'], "Unknown option '--prot'. Did you mean --port? See --help."],
  [['sevre'], "Unknown command 'sevre'. Did you mean serve? See --help."],
  [['serve', '--nonsense'], "Unknown option '--nonsense'. See --help."],
])('[CL1] %j is answered with what was probably meant', async (args, says) => {
  expect((await run(...args)).err).toBe(`invalid_argument: ${says}\n`);
});

test('[CL2] with --json errors are JSON too', async () => {
  const { err } = await run('serve', '--json', '--port', 'x');
  expect(JSON.parse(err)).toMatchObject({ error: { code: 'invalid_argument' } });
});

test('[CL3] every command has --help, and the program says what its exit codes mean', async () => {
  for (const args of [
    ['serve'],
    ['keys', 'create'],
    ['keys', 'list'],
    ['keys', 'revoke'],
    ['agent'],
    ['audit', 'tail'],
    ['audit', 'verify'],
  ]) {
    const { exitCode, out } = await run(...args, '--help');
    expect(exitCode).toBe(0);
    expect(out).toContain(`signalbox ${args.join(' ')}`);
    expect(out).toContain('--json');
    if (args[0] !== 'serve')
      for (const option of ['--url', '--admin-token', '--data-dir']) expect(out).toContain(option);
  }
  const { out } = await run('--help');
  expect(out).toContain('Exit codes:');
  expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/u);
});

test('[CL4] without a running hub a command ends with 3 and says where it looked', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-cli-'));
  try {
    const none = await run('keys', 'list', '--data-dir', dataDir);
    expect([none.exitCode, none.out]).toEqual([3, '']);
    expect(none.err).toMatch(/^hub_closed: /u);
    expect(none.err).toContain(dataDir);
    const gone = await run('keys', 'list', '--url', 'http://127.0.0.1:9', '--admin-token', 'x');
    expect(gone.exitCode).toBe(3);
    const noToken = await run('keys', 'list', '--url', 'http://127.0.0.1:9', '--data-dir', dataDir);
    expect([noToken.exitCode, noToken.err]).toEqual([3, expect.stringContaining('--admin-token')]);
    const noAddress = await run('keys', 'list', '--url', 'desk', '--admin-token', 'x');
    expect([noAddress.exitCode, noAddress.err]).toEqual([
      2,
      expect.stringMatching(/^invalid_argument: --url .*"desk"/u),
    ]);
    await writeFile(
      path.join(dataDir, 'hub.lock'),
      JSON.stringify({ pid: 2 ** 22 + 1, url: 'http://127.0.0.1:9', adminToken: 'x' }),
    );
    expect((await run('audit', 'verify', '--data-dir', dataDir)).exitCode).toBe(3);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test('[CL5] the token of a data directory goes to its own hub only', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-cli-'));
  try {
    const lock = { pid: process.pid, url: 'http://127.0.0.1:7400', adminToken: 'secret' };
    await writeFile(path.join(dataDir, 'hub.lock'), JSON.stringify(lock));
    const host = cliHost();
    expect(await findHub({ dataDir }, host)).toEqual({ url: lock.url, adminToken: 'secret' });
    expect(await findHub({ dataDir, url: 'http://127.0.0.1:7400/' }, host)).toMatchObject({ adminToken: 'secret' });
    await expect(findHub({ dataDir, url: 'http://evil.example:7400' }, host)).rejects.toMatchObject({ exitCode: 3 });
    expect(await findHub({ dataDir, url: 'http://other:1', adminToken: 'mine' }, host)).toEqual({
      url: 'http://other:1',
      adminToken: 'mine',
    });
    expect(await findHub({}, cliHost({ SIGNALBOX_DATA_DIR: dataDir }))).toMatchObject({ url: lock.url });
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test('[CL6] an expiry is a span from now or a date, and in the future', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(parseExpiry('30d', now)).toBe(Date.UTC(2026, 0, 31));
  expect(parseExpiry('12h', now)).toBe(now + 12 * 3_600_000);
  expect(parseExpiry('2w', now)).toBe(Date.UTC(2026, 0, 15));
  expect(parseExpiry('2027-01-31', now)).toBe(Date.UTC(2027, 0, 31));
  expect(parseExpiry('2028-02-29', now)).toBe(Date.UTC(2028, 1, 29));
  expect(parseExpiry('2026-01-01T00:00:01Z', now)).toBe(now + 1_000);
  for (const wrong of [
    '0d',
    '30',
    'd',
    '-1d',
    '2025-01-01',
    '2026-13-01',
    '2027-02-31',
    '2027-02-29T10:00:00Z',
    '1y',
    '',
  ]) {
    expect(() => parseExpiry(wrong, now)).toThrow(/--expires/u);
  }
});
