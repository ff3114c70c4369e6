import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
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
