import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import { suspendKey, updateKey } from '../../src/hub/rules/key-changes.ts';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { rotateKeyWithSecret } from '../../src/server/desk/new-key.ts';
import { EndedSecrets } from '../../src/server/http/ended-secrets.ts';
import { type SseAgent, sseAgent, statelessRequest } from '../support/agent.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { takeLock } from '../support/take-lock.ts';
import { untilEvent } from '../support/until.ts';
import { ask, bearer, initialize, openStream, rpc } from '../support/wire-client.ts';

const human: Origin = { actor: { kind: 'human' } };
const replaced = { error: { code: 'key_expired', message: expect.stringContaining('was given a new secret') } };
const replacedCall = { error: { data: { code: 'key_expired' } } };

let hub: TestServer;
let clock: FakeClock;
afterEach(() => hub.close());

async function start(): Promise<void> {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers });
}

const agent = (secret: string): Promise<SseAgent> => sseAgent(hub.url, secret);

const write = (path: string, text = 'x'): Promise<unknown> =>
  hub.server.files.write(human, { workspace: hub.workspace, path, content: Buffer.from(text), source: 'import' });

test('[KY34] [KY40] a rotation in the middle: the session goes on with either secret, and what the old one opened ends with its time', async () => {
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
  expect(JSON.parse(one.stream.events.at(-1)?.data ?? '')).toMatchObject(replaced);
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
  expect(await one.stream.message(({ id }) => id === 4)).toMatchObject({
    error: { message: expect.stringContaining('may have taken effect'), data: { code: 'key_expired' } },
  });
});

test('[KY34] [KY40] calls that came with the old secret are told why they end, on each wire and in each form; others go on', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('ky34', 'editor');
  const paths = Array.from({ length: 9 }, (_, n) => `${n}.md`);
  const holder: Origin = { actor: { kind: 'agent', key: (await hub.newKey('holder', 'editor')).keyId } };
  for (const path of paths) {
    await takeLock(hub.server, holder, { workspace: hub.workspace, path, ttlMs: 3_600_000, waitMs: 0 });
  }
  /** Waits for a lock of its own. */
  const wait = (): Record<string, unknown> => ({
    name: 'lock_acquire',
    arguments: { path: paths.pop(), wait_ms: 50_000 },
  });
  const one = await agent(secret);
  await one.send(rpc(4, 'tools/call', wait()));
  const opened = await ask(hub.server.mcp, { headers: bearer(secret), body: initialize() });
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const old = ['application/json', 'text/event-stream', 'application/json, text/event-stream'].flatMap((accept, id) => {
    const stateless = statelessRequest(secret, id, 'tools/call', wait());
    return [
      ask(hub.server.mcp, { headers: { ...bearer(secret), ...session, accept }, body: rpc(id, 'tools/call', wait()) }),
      ask(hub.server.mcp, { ...stateless, headers: { ...stateless.headers, accept } }),
    ];
  });
  const listen = await openStream(
    hub.server.mcp,
    statelessRequest(secret, 9, 'subscriptions/listen', { notifications: { toolsListChanged: true } }),
  );
  const made = await rotateKeyWithSecret(hub.server.hub, keyId, 10_000);
  const fresh = bearer(made.secret);
  const goesOn = ask(hub.server.mcp, { headers: { ...fresh, ...session }, body: rpc(7, 'tools/call', wait()) });
  // A client that takes its secret anew for each request: the stream is of the old one, this call is not.
  await ask(`${hub.url}/messages?sessionId=${one.session}`, { headers: fresh, body: rpc(5, 'tools/call', wait()) });
  await vi.waitUntil(() => hub.server.locks.waiting === 9, 60_000);
  clock.advance(11_000);
  for (const answer of await Promise.all(old)) expect(answer.text).toContain('"code":"key_expired"');
  await Promise.all([one.stream.ended, listen.ended]);
  expect(await one.stream.message(({ id }) => id === 4)).toMatchObject(replacedCall);
  expect(one.stream.events.some(({ data }) => data?.includes('"id":5'))).toBe(false);
  expect(await listen.message(({ id }) => id === 9)).toMatchObject(replacedCall);
  await vi.waitUntil(() => hub.server.locks.waiting === 2, 60_000);
  await hub.restart();
  expect((await goesOn).text).toContain('hub_closed');
});

test('[KY34] [KY40] a request with another secret on its connection keeps nothing open of the old one', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('ky34', 'editor');
  const head = (key: string): string =>
    `GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${key}\r\n\r\n`;
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
  const ended = once(socket, 'close');
  let came = '';
  socket.on('data', (chunk: Buffer) => (came += String(chunk)));
  socket.write(head(secret));
  await vi.waitFor(() => expect(came).toMatch(/data: \S+\n/u), 60_000);
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

/** A download and an upload of a key that are under way, and how each ends. */
async function transfers({ secret, keyId }: { readonly secret: string; readonly keyId: string }) {
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
  sending.on('error', () => undefined); // the hub reads no more of it
  const answered = once(sending, 'response').then(async ([response]: IncomingMessage[]) => {
    const text = Buffer.concat((await response?.toArray()) ?? []).toString();
    return [response?.statusCode, (JSON.parse(text) as { error: { code: string } }).error.code];
  });
  sending.write(Buffer.alloc(1024 * 1024));
  await vi.waitFor(async () => expect((await uploads.status(id)).receivedBytes).toBeGreaterThan(0), 60_000);
  return { download: () => download.arrayBuffer(), upload: answered };
}

test('[KY34] [KY40] an upload and a download that the old secret began end with its time', async () => {
  await start();
  const key = await hub.newKey('ky34', 'editor');
  const { download, upload } = await transfers(key);
  await rotateKeyWithSecret(hub.server.hub, key.keyId, 10_000);
  clock.advance(11_000);
  await expect(download()).rejects.toThrow('terminated');
  expect(await upload).toEqual([401, 'key_expired']);
});

test.each([
  ['is revoked', [401, 'key_revoked']],
  ['is suspended', [403, 'key_suspended']],
  ['expires', [401, 'key_expired']],
])('[KY37] an upload and a download of a key that %s end at once, the upload with why', async (what, answer) => {
  await start();
  const key = await hub.newKey('ky37', 'editor');
  const { keyId } = key;
  const { hub: api } = hub.server;
  await api.execute(updateKey, { keyId, expiresAt: clock.now() + 60_000 }, human);
  const { download, upload } = await transfers(key);
  if (what === 'is revoked') await api.execute(revokeKey, { keyId }, human);
  else if (what === 'is suspended') await api.execute(suspendKey, { keyId }, human);
  else clock.advance(60_000);
  await expect(download()).rejects.toThrow('terminated');
  expect(await upload).toEqual(answer);
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
  const watch = new EndedSecrets(api, sockets);
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
