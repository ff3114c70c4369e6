import { hash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { setKeyTools } from '../../src/hub/rules/key-changes.ts';
import { createKey, revokeKey } from '../../src/hub/rules/keys.ts';
import { rotateKeyWithSecret } from '../../src/server/desk/new-key.ts';
import { removeMember, setMember } from '../../src/hub/rules/members.ts';
import type { Origin } from '../../src/hub/rule.ts';
import { OldSecrets } from '../../src/server/http/old-secrets.ts';
import type { HubServerOptions } from '../../src/server/start.ts';
import { type SseAgent, sseAgent } from '../support/agent.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { untilEvent } from '../support/until.ts';
import { ask, bearer, initialize, rpc } from '../support/wire-client.ts';

const human: Origin = { actor: { kind: 'human' } };

let hub: TestServer;

let clock: FakeClock;

afterEach(() => hub.close());

async function start(options: HubServerOptions = {}): Promise<void> {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers, ...options });
}

const agent = (secret: string): Promise<SseAgent> => sseAgent(hub.url, secret);

const uri = (facet = 'events'): string => `signalbox://workspaces/${hub.workspace}/${facet}`;

const write = (path: string, text = 'x'): Promise<unknown> =>
  hub.server.files.write(human, { workspace: hub.workspace, path, content: Buffer.from(text), source: 'import' });

const closedOf = (session: string) =>
  untilEvent(hub.server.hub, (event) => event.type === 'session.closed' && event.sessionId === session);

test('[BC3] a revoked key’s streams end and its sessions close, and it is not served any more', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('bc3', 'editor');
  const one = await agent(secret);
  const closed = closedOf(one.session);
  await hub.server.hub.execute(revokeKey, { keyId }, human);
  await one.stream.ended;
  expect(await closed).toMatchObject({ reason: 'Its key was revoked.' });
  expect(await one.send(rpc(9, 'ping'))).toBe(401);
});

test('[BC13] when a key expires its streams end and its sessions close', async () => {
  await start();
  const keyId = 'key_bc13';
  const secret = 'sbx_bc13';
  const command = {
    keyId,
    name: 'bc13',
    secretSha256: hash('sha256', secret, 'hex'),
    roles: { [hub.workspace]: 'editor' as const },
    expiresAt: clock.now() + 60_000,
  };
  await hub.server.hub.execute(createKey, command, human);
  const one = await agent(secret);
  const closed = closedOf(one.session);
  clock.advance(59_000);
  expect(await one.send(rpc(9, 'ping'))).toBe(202);
  clock.advance(2_000);
  await one.stream.ended;
  expect(await closed).toMatchObject({ reason: 'Its key has expired.' });
  expect(await one.send(rpc(9, 'ping'))).toBe(401);
});

test('[BC4] losing the role ends what was subscribed there; another role changes the list of tools', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('bc4', 'viewer');
  const one = await agent(secret);
  await one.call(1, 'resources/subscribe', { uri: uri() });
  await hub.server.hub.execute(setMember, { workspace: hub.workspace, keyId, role: 'editor' }, human);
  await one.stream.message(({ method }) => method === 'notifications/tools/list_changed');
  const left = untilEvent(hub.server.hub, ({ type }) => type === 'session.unsubscribed');
  await hub.server.hub.execute(removeMember, { workspace: hub.workspace, keyId }, human);
  expect(await left).toMatchObject({ sessionId: one.session, uri: uri() });
  await write('secret.txt');
  await one.stream.ended;
  expect(one.stream.events.some(({ data }) => data?.includes('secret.txt'))).toBe(false);
});

test('[TP7] a change of its tools is sent to the agent, whose next call goes by it', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('tp7', 'editor');
  const one = await agent(secret);
  await hub.server.hub.execute(setKeyTools, { keyId, tools: { set: 'read' } }, human);
  await one.stream.message(({ method }) => method === 'notifications/tools/list_changed');
  const answer = await one.call(2, 'tools/call', { name: 'workspace_create', arguments: { name: 'more' } });
  expect(answer.result).toMatchObject({ isError: true, structuredContent: { code: 'forbidden' } });
});

test('[KY34] a rotation in the middle: the session goes on with either secret, and what the old one opened ends with its time', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('ky34', 'editor');
  const one = await agent(secret);
  const api = hub.server.hub;
  const made = await rotateKeyWithSecret(api, keyId, 60_000);
  expect((await one.call(3, 'tools/list')).result).toBeDefined();
  const two = await agent(made.secret);
  const dropped = untilEvent(api, ({ type }) => type === 'session.dropped');
  clock.advance(61_000);
  await one.stream.ended;
  expect(await dropped).toMatchObject({
    sessionId: one.session,
    reason: 'Its key was given a new secret, and the time of the old one is over.',
  });
  expect(await one.send(rpc(9, 'ping'))).toBe(401);
  expect((await two.call(3, 'tools/list')).result).toBeDefined();
});

test('[KY34] a call that waits while the secret is replaced is answered, and ends with the time of the old one', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('ky34', 'editor');
  const api = hub.server.hub;
  const one = await agent(secret);
  const wait = (id: number) =>
    one.send(
      rpc(id, 'tools/call', { name: 'event_wait', arguments: { after_seq: api.state.seq, timeout_ms: 50_000 } }),
    );
  expect(await wait(3)).toBe(202);
  await rotateKeyWithSecret(api, keyId, 60_000);
  await write('news.md');
  const { result } = await one.stream.message(({ id }) => id === 3);
  expect(result).toMatchObject({ structuredContent: { events: [{ type: 'file.written', path: 'news.md' }] } });
  expect(await wait(4)).toBe(202);
  const dropped = untilEvent(api, ({ type }) => type === 'session.dropped');
  await rotateKeyWithSecret(api, keyId, 0); // the one before that ends at once, too
  await one.stream.ended;
  expect(await dropped).toMatchObject({
    reason: 'Its key was given a new secret, and the time of the old one is over.',
  });
  expect(one.stream.events.some(({ data }) => data?.includes('"id":4'))).toBe(false);
});

test('[KY34] a request with another secret on its connection keeps nothing open of the old one', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('ky34', 'editor');
  const head = (key: string): string =>
    `GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${key}\r\n\r\n`;
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
  const ended = once(socket, 'close');
  let came = '';
  socket.on('data', (chunk: Buffer) => (came += String(chunk)));
  socket.write(head(secret));
  await vi.waitFor(() => expect(came).toMatch(/data: \S+\n/u));
  const endpoint = new URL(/data: (\S+)\n/u.exec(came)?.[1] ?? '', hub.url).href;
  await ask(endpoint, { headers: bearer(secret), body: initialize() });
  socket.write(head('sbx_none'));
  await vi.waitFor(async () => {
    const { frames } = await hub.server.recorder.page({ limit: 10 });
    expect(frames.map(({ method, outcome }) => `${method} ${outcome}`)).toContain('GET refused');
  }, 60_000);
  await rotateKeyWithSecret(hub.server.hub, keyId, 10_000);
  const dropped = untilEvent(hub.server.hub, ({ type }) => type === 'session.dropped');
  clock.advance(11_000);
  await ended;
  expect(await dropped).toMatchObject({
    reason: 'Its key was given a new secret, and the time of the old one is over.',
  });
});

test('[KY34] an upload and a download that the old secret began end with its time', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('ky34', 'editor');
  const sizeBytes = 32 * 1024 * 1024; // more than what is on the way
  const file = { workspace: hub.workspace, path: 'large.bin' };
  await hub.server.files.write(human, { ...file, content: Buffer.alloc(sizeBytes, 'x'), source: 'import' });
  const headers = bearer(secret);
  const download = await fetch(`${hub.url}/files/${file.workspace}/${file.path}`, { headers });
  expect(download.status).toBe(200);
  const origin: Origin = { actor: { kind: 'agent', key: keyId } };
  const { uploads } = hub.server;
  const { id } = await uploads.create(origin, { workspace: hub.workspace, path: 'up.bin', sizeBytes });
  const sending = request(`${hub.url}/uploads/${id}`, {
    method: 'PATCH',
    headers: {
      ...headers,
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
      'content-length': sizeBytes,
    },
  });
  const cut = once(sending, 'error');
  sending.write(Buffer.alloc(1024 * 1024));
  await vi.waitFor(async () => expect((await uploads.status(id)).receivedBytes).toBeGreaterThan(0));
  await rotateKeyWithSecret(hub.server.hub, keyId, 10_000);
  clock.advance(11_000);
  await expect(download.arrayBuffer()).rejects.toThrow('terminated');
  expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('[KY35] connections are looked at when a secret is replaced and when its time is over, and not in between', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('ky35', 'editor');
  await agent(secret);
  const api = hub.server.hub;
  let looks = 0;
  const sockets = new (class extends Set<Socket> {
    override [Symbol.iterator](): SetIterator<Socket> {
      looks += 1;
      return super[Symbol.iterator]();
    }
  })();
  const watch = new OldSecrets(api, sockets);
  await write('before.md');
  await rotateKeyWithSecret(api, keyId, 60_000);
  expect(looks).toBe(1);
  for (let n = 0; n < 10; n += 1) await write(`${n}.md`);
  clock.advance(59_000);
  expect(looks).toBe(1);
  clock.advance(1_000);
  expect(looks).toBe(2);
  await write('after.md');
  clock.advance(60_000);
  expect(looks).toBe(2);
  watch.close();
});

test('[BC5] subscribing outside the granted workspaces is answered with an error, logged, and ends the connection', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('bc5');
  const one = await agent(secret);
  const denied = untilEvent(hub.server.hub, ({ type }) => type === 'access.denied');
  const closed = closedOf(one.session);
  const answer = await one.call(1, 'resources/subscribe', { uri: uri() });
  expect(answer.error?.data?.['code']).toBe('not_found');
  expect(await denied).toMatchObject({ keyId, workspace: hub.workspace });
  await one.stream.ended;
  await closed;
});
