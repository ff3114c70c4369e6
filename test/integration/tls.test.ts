import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { cliHost } from '../support/cli-host.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc } from '../support/wire-client.ts';

const human: Origin = { actor: { kind: 'human' } };
const file = (name: string): string => path.join(import.meta.dirname, '../fixtures/tls', name);

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub({ tlsCert: file('hub.pem'), tlsKey: file('hub-key.pem') });
});
afterAll(() => hub.close());

test('[HT53] a hub with a certificate serves streams, calls, uploads’ addresses and the page over TLS', async () => {
  expect(hub.url).toMatch(/^https:\/\/127\.0\.0\.1:/u);
  const headers = bearer(hub.key);
  const stream = await openStream(`${hub.url}/sse`, { headers });
  const post = await endpointOf(stream, hub.url);
  await ask(post, { headers, body: initialize() });
  await stream.message(({ id }) => id === 'init');
  const uri = `signalbox://workspaces/${hub.workspace}/events`;
  await ask(post, { headers, body: rpc(1, 'resources/subscribe', { uri }) });
  await stream.message(({ id }) => id === 1);
  const content = Buffer.from('x');
  await hub.server.files.write(human, { workspace: hub.workspace, path: 'a.md', content, source: 'import' });
  expect((await stream.message(({ method }) => method !== undefined)).method).toBe('notifications/resources/updated');
  const upload = { name: 'upload_create', arguments: { path: 'b.bin', size_bytes: 3 } };
  await ask(post, { headers, body: rpc(2, 'tools/call', upload) });
  expect(JSON.stringify(await stream.message(({ id }) => id === 2))).toContain(`"upload_url":"${hub.url}/uploads/`);
  const read = await ask(`${hub.url}/files/${hub.workspace}/a.md`, { method: 'GET', headers });
  expect([read.status, read.text]).toEqual([200, 'x']);
  stream.drop();
  await stream.ended;
});

test('[HT53] HTTP without TLS is not answered there, and the cookie of a login is for TLS only', async () => {
  const plain = hub.url.replace('https:', 'http:');
  await expect(ask(`${plain}/health`, { method: 'GET' })).rejects.toThrow(/hang up|ECONNRESET|Parse Error/u);
  const login = await ask(`${hub.url}/api/login`, { body: { token: hub.server.adminToken } });
  expect(login.status).toBeLessThan(300);
  expect(String(login.headers['set-cookie'])).toMatch(/; Secure/u);
});

/** The serial number of the certificate that a new connection is shown. */
async function shown(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = tls.connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

test('[HT57] new connections get a certificate that was renewed, by its files or at a word; a wrong pair leaves the old one and says so', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'signalbox-tls-'));
  const [tlsCert, tlsKey] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  await copyFile(file('hub.pem'), tlsCert);
  await copyFile(file('hub-key.pem'), tlsKey);
  const clock = new FakeClock();
  const said: string[] = [];
  const note = (_context: object, message: string) => void said.push(message);
  const own = await startTestHub({
    tlsCert,
    tlsKey,
    now: Date.now,
    timers: clock.timers,
    logger: { info: note, warn: note, error: note },
  });
  const first = await shown(own.url);
  const stream = await openStream(`${own.url}/sse`, { headers: bearer(own.key) });
  const post = await endpointOf(stream, own.url);

  await copyFile(file('other.pem'), tlsCert); // its key has not come yet
  clock.advance(10_000);
  clock.advance(10_000);
  expect(said.filter((line) => line.startsWith('the certificate in use stays'))).toHaveLength(1);
  expect(said.at(-1)).toContain('does not fit the certificate');
  expect(await shown(own.url)).toBe(first);
  await copyFile(file('other-key.pem'), tlsKey);
  clock.advance(10_000);
  const second = await shown(own.url);
  expect(second).not.toBe(first);
  expect(said.at(-1)).toBe('new connections get the renewed certificate');

  await writeFile(tlsKey, 'no key');
  own.server.renewCertificate();
  expect(said.at(-1)).toContain('has no private key');
  await copyFile(file('hub-key.pem'), tlsKey);
  await copyFile(file('hub.pem'), tlsCert);
  own.server.renewCertificate();
  expect(await shown(own.url)).toBe(first);
  await rm(tlsKey);
  own.server.renewCertificate();
  expect(said.at(-1)).toContain('cannot be read');
  expect(await shown(own.url)).toBe(first);

  await ask(post, { headers: bearer(own.key), body: initialize() }); // what was open goes on
  await stream.message(({ id }) => id === 'init');
  stream.drop();
  await own.close();
  await rm(folder, { recursive: true });
});

test('[HT57] SIGHUP makes serve read its certificate again, and does not end it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'signalbox-hangup-'));
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  await copyFile(file('hub.pem'), cert);
  await copyFile(file('hub-key.pem'), key);
  const host = cliHost();
  const args = ['serve', '--json', '--port', '0', '--data-dir', folder, '--tls-cert', cert, '--tls-key', key];
  const ended = runCli(args, host);
  await host.until((out) => out.includes('\n'));
  const { url } = JSON.parse(host.out()) as { url: string };
  const before = await shown(url);
  await copyFile(file('other.pem'), cert);
  await copyFile(file('other-key.pem'), key);
  host.interrupt('SIGHUP');
  expect(await shown(url)).not.toBe(before);
  host.interrupt('SIGTERM');
  expect(await ended).toBe(0);
  await rm(folder, { recursive: true });
});
