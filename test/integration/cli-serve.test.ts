import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { cliHost } from '../support/cli-host.ts';
import { connectDashboard } from '../support/dashboard-client.ts';
import type { Announcement } from '../support/hub-process.ts';
import { runProgram } from '../support/run-program.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-serve-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test('[CL13][CL14] serve says where it is and ends cleanly; a held data directory and a used port are refused', async () => {
  const first = runProgram(['serve', '--json', '--port', '0', '--data-dir', dataDir]);
  const said = JSON.parse(String((await first.lines.next()).value)) as Announcement;
  expect(Object.keys(said)).toEqual(['url', 'sse', 'mcp', 'dashboard', 'adminToken', 'firstKey']);
  expect(said).toMatchObject({
    sse: `${said.url}/sse`,
    mcp: `${said.url}/mcp`,
    dashboard: `${said.url}/#token=${said.adminToken}`,
  });
  const open = await connectDashboard(said.url, { authorization: `Bearer ${said.adminToken}` });
  expect((await open.api.open()).hub.sampleAgents).toBe(true);

  const held = cliHost();
  expect(await runCli(['serve', '--port', '0', '--data-dir', dataDir], held)).toBe(1);
  expect(held.err()).toMatch(new RegExp(`^data_dir_held: .*pid ${first.child.pid}.*${said.url}`, 'u'));

  first.child.kill('SIGTERM');
  expect(await first.ended).toMatchObject({ exitCode: 0, err: '' });
  expect(await open.closed).toBe('hub_closed');

  const second = runProgram(['serve', '--port', '0'], { env: { SIGNALBOX_DATA_DIR: dataDir } });
  expect((await second.lines.next()).value).toMatch(/^Signalbox is ready at http:\/\/127\.0\.0\.1:\d+$/u);
  // From a terminal, Ctrl-C under npm: the terminal's own signal, and what npm passes on.
  second.child.kill('SIGINT');
  second.child.kill('SIGTERM');
  const { exitCode, out } = await second.ended;
  expect(exitCode).toBe(0);
  expect(out).toContain('#token=');
  expect(out).toContain(dataDir);
  expect(out).not.toContain('sbx_');
});

test('[CL14] a port in use, an address of another machine and a folder that cannot be made are refused with a code', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = address !== null && typeof address === 'object' ? String(address.port) : '';
  const fresh = path.join(dataDir, 'fresh');
  const far = ['--host', '203.0.113.7', '--allow-remote', '--behind-proxy', '--public-url', 'https://hub.example'];
  try {
    for (const [args, code] of [
      [['--port', port, '--data-dir', fresh], 'port_in_use'],
      [['--port', '0', ...far, '--data-dir', fresh], 'address_unavailable'],
      [['--port', '0', '--data-dir', '/dev/null/data'], 'data_dir_unwritable'],
    ] as const) {
      const host = cliHost();
      expect([code, await runCli(['serve', ...args, '--json'], host)]).toEqual([code, 1]);
      expect(JSON.parse(host.err())).toMatchObject({ error: { code } });
      expect(host.out()).toBe('');
    }
  } finally {
    taken.close();
  }
});

test('[CL19] a hub behind a proxy gives out the proxy’s addresses', async () => {
  const announcement = async (...args: string[]): Promise<{ out: string; err: string }> => {
    const host = cliHost();
    const ending = runCli(['serve', '--port', '0', '--data-dir', path.join(dataDir, 'open'), ...args], host);
    await Promise.race([host.until((out) => out.includes('\n')), ending]);
    host.interrupt();
    expect(await ending).toBe(0);
    return { out: host.out(), err: host.err() };
  };
  const wide = ['--behind-proxy', '--public-url', 'https://hub.example'];
  const { out, err } = await announcement(...wide, '--json');
  expect(err).toBe('');
  expect(JSON.parse(out)).toMatchObject({ mcp: 'https://hub.example/mcp', sse: 'https://hub.example/sse' });
});

test('[CL27] serve refuses to let other machines in by mistake, and says what to add', async () => {
  for (const [args, words] of [
    [['--host', '0.0.0.0'], /^invalid_argument: .*--allow-remote/u],
    [['--host', '0.0.0.0', '--allow-remote'], /in the clear.*--tls-cert/u],
    [['--behind-proxy'], /--public-url/u],
    [['--tls-cert', 'none.pem'], /--tls-key/u],
  ] as const) {
    const host = cliHost();
    const code = await runCli(['serve', '--port', '0', '--data-dir', path.join(dataDir, 'closed'), ...args], host);
    expect([code, host.err()]).toEqual([1, expect.stringMatching(words)]);
  }
});
