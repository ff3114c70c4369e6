import { frameOf } from '../support/recorded.ts';
import net from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HubEvent } from '../../src/protocol/events.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { dropStream, untilEvent } from '../support/until.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc, type WireStream } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

const eventsUri = (): string => `signalbox://workspaces/${hub.workspace}/events`;
const auth = (): Record<string, string> => bearer(hub.key);

async function open(
  headers: Record<string, string> = {},
): Promise<{ stream: WireStream; post: string; session: string }> {
  const stream = await openStream(`${hub.url}/sse`, { headers: { ...auth(), ...headers } });
  const post = await endpointOf(stream, hub.url);
  return { stream, post, session: new URL(post).searchParams.get('sessionId') ?? '' };
}

test('[SS1] the official client connects as the README says, lists and calls tools, and is notified of changes', async () => {
  const transport = new SSEClientTransport(new URL(`${hub.url}/sse`), { requestInit: { headers: auth() } });
  const client = new Client({ name: 'my-agent', version: '1.0.0' });
  await client.connect(transport);
  expect(client.getServerVersion()?.name).toBe('signalbox');
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('whoami');
  const notified = new Promise<Record<string, unknown>>((resolve) => {
    client.fallbackNotificationHandler = async ({ params }) => resolve(params as Record<string, unknown>);
  });
  await client.subscribeResource({ uri: eventsUri() });
  await client.callTool({ name: 'file_write', arguments: { path: 'ss1.txt', text: 'hello' } });
  expect(await notified).toMatchObject({
    uri: eventsUri(),
    _meta: { 'dev.signalbox/event': { type: 'file.written', path: 'ss1.txt' } },
  });
  const state = [...hub.server.hub.state.sessions.values()].find(({ client: who }) => who?.name === 'my-agent');
  expect(state).toMatchObject({ wire: 'sse', status: 'ready', subscriptions: [eventsUri()] });
  await client.close();
});

test('[SS2] a stream opens with a comment at once, anti-buffering headers, and then the endpoint', async () => {
  const { stream } = await open();
  expect(stream.status).toBe(200);
  expect(stream.headers['content-type']).toBe('text/event-stream');
  expect(stream.headers['cache-control']).toBe('no-cache, no-transform');
  expect(stream.headers['x-accel-buffering']).toBe('no');
  expect(stream.events[0]).toHaveProperty('comment');
  expect(stream.events[1]).toMatchObject({ event: 'endpoint' });
  stream.drop();
});

test('[SS3] a POST is answered 202 at once and its answer comes on the stream', async () => {
  const { stream, post } = await open();
  const posted = await ask(post, { headers: auth(), body: initialize('2025-06-18') });
  expect([posted.status, posted.text]).toEqual([202, 'Accepted']);
  expect(await stream.message()).toMatchObject({ id: 'init', result: { protocolVersion: '2025-06-18' } });
  await ask(post, { headers: auth(), body: rpc(7, 'ping') });
  expect(await stream.message()).toEqual({ jsonrpc: '2.0', id: 7, result: {} });
  stream.drop();
});

test('[SS4] a client that calls tools without initialize is served, and shown by what it says of itself', async () => {
  const { stream, post, session } = await open({ 'user-agent': 'quiet/1' });
  await ask(post, {
    headers: { ...auth(), 'user-agent': 'quiet/1' },
    body: rpc(1, 'tools/call', { name: 'whoami', arguments: {} }),
  });
  expect((await stream.message()).result?.['structuredContent']).toMatchObject({ key_name: 'first-agent' });
  expect(hub.server.hub.state.sessions.get(session)).toMatchObject({ status: 'ready', client: { name: 'quiet/1' } });
  stream.drop();
});

test('[SS5] a POST to /sse gets a quick 405, a GET of /messages too', async () => {
  const posted = await ask(`${hub.url}/sse`, { headers: auth(), body: initialize() });
  expect([posted.status, posted.headers.allow]).toEqual([405, 'GET']);
  expect((await ask(`${hub.url}/messages`, { method: 'GET', headers: auth() })).status).toBe(405);
});

const causeOf = async ({ cause }: HubEvent) => (await frameOf(hub.server.recorder, cause))?.frame;

test('[SS6] a session that is not there is 404, one of another key is as if it were not there; both are in the log', async () => {
  const gone = await ask(`${hub.url}/messages?sessionId=ses_gone`, { headers: auth(), body: rpc(1, 'ping') });
  expect([gone.status, gone.json.error?.data?.['code']]).toEqual([404, 'session_unknown']);
  expect((await ask(`${hub.url}/messages`, { headers: auth(), body: rpc(1, 'ping') })).status).toBe(400);
  const { stream, post, session } = await open();
  const { secret, keyId } = await hub.newKey('intruder', 'viewer');
  const denied = untilEvent(hub.server.hub, ({ type }) => type === 'access.denied');
  const answer = await ask(post, { headers: bearer(secret), body: rpc(1, 'ping') });
  expect([answer.status, answer.json.error?.data?.['code']]).toEqual([404, 'session_unknown']);
  const event = await denied;
  expect(event).toMatchObject({ type: 'access.denied', keyId, sessionId: session, code: 'session_unknown' });
  expect(await causeOf(event)).toMatchObject({ label: 'POST /messages', status: 404 });
  stream.drop();
});

test('[SS7] a client that comes back with Last-Event-ID is in its session again, with what it missed, once', async () => {
  const { stream, post, session } = await open();
  await ask(post, { headers: auth(), body: initialize() });
  await stream.message();
  await ask(post, { headers: auth(), body: rpc(1, 'resources/subscribe', { uri: eventsUri() }) });
  await stream.message(({ id }) => id === 1);
  await ask(post, {
    headers: auth(),
    body: rpc(2, 'tools/call', { name: 'file_write', arguments: { path: 'ss7-a.txt', text: 'a' } }),
  });
  await stream.message(({ id }) => id === 2);
  await stream.message(({ method }) => method === 'notifications/resources/updated');
  const last = stream.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  await dropStream(hub.server.hub, stream, session);
  await hub.server.files.write(
    { actor: { kind: 'human' } },
    { workspace: hub.workspace, path: 'ss7-b.txt', content: Buffer.from('b'), source: 'import' },
  );

  const resumed = untilEvent(
    hub.server.hub,
    (event) => event.type === 'session.resumed' && event.sessionId === session,
  );
  const back = await open({ 'last-event-id': last });
  expect(back.session).toBe(session);
  await resumed;
  const missed = await back.stream.message(({ method }) => method === 'notifications/resources/updated');
  expect(missed.params?._meta?.['dev.signalbox/event']).toMatchObject({ path: 'ss7-b.txt' });
  await ask(back.post, { headers: auth(), body: rpc(3, 'tools/call', { name: 'whoami', arguments: {} }) });
  await back.stream.message(({ id }) => id === 3);
  const notified = back.stream.events.filter(({ data }) => data?.includes('ss7-'));
  expect(notified).toHaveLength(1);
  back.stream.drop();
});

test('[SS8] an answer that was made while the stream was down waits for its return', async () => {
  const { stream, post, session } = await open();
  await ask(post, { headers: auth(), body: initialize() });
  await stream.message();
  const last = stream.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  await dropStream(hub.server.hub, stream, session);
  const called = untilEvent(hub.server.hub, (event) => event.type === 'tool.called' && event.sessionId === session);
  expect(
    (await ask(post, { headers: auth(), body: rpc(5, 'tools/call', { name: 'whoami', arguments: {} }) })).status,
  ).toBe(202);
  await called;
  const back = await open({ 'last-event-id': last });
  expect(await back.stream.message()).toMatchObject({ id: 5, result: {} });
  back.stream.drop();
});

test('[SS9] Last-Event-ID of another key’s session, or of none, opens a new session', async () => {
  const mine = await open();
  const { secret } = await hub.newKey('other-resumer', 'viewer');
  const id = mine.stream.events.find((event) => event.id !== undefined)?.id ?? '';
  const denied = untilEvent(hub.server.hub, ({ type }) => type === 'access.denied');
  const theirs = await openStream(`${hub.url}/sse`, { headers: { ...bearer(secret), 'last-event-id': id } });
  expect(await endpointOf(theirs, hub.url)).not.toContain(mine.session);
  expect(await causeOf(await denied)).toMatchObject({ label: 'GET /sse', errorCode: 'session_unknown' });
  const odd = await open({ 'last-event-id': 'whatever' });
  expect(odd.session).not.toBe(mine.session);
  for (const stream of [mine.stream, theirs, odd.stream]) stream.drop();
});

test('[SS10] a subscribed session survives a restart of the hub: events in between are sent from the log', async () => {
  const { stream, post, session } = await open();
  await ask(post, { headers: auth(), body: initialize() });
  await stream.message();
  await ask(post, { headers: auth(), body: rpc(1, 'resources/subscribe', { uri: eventsUri() }) });
  await stream.message(({ id }) => id === 1);
  const last = stream.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  await hub.restart();
  await stream.ended;
  await hub.server.files.write(
    { actor: { kind: 'human' } },
    { workspace: hub.workspace, path: 'ss10.txt', content: Buffer.from('b'), source: 'import' },
  );
  const back = await open({ 'last-event-id': last });
  expect(back.session).toBe(session);
  const missed = await back.stream.message(({ method }) => method === 'notifications/resources/updated');
  expect(missed.params?._meta?.['dev.signalbox/event']).toMatchObject({ type: 'file.written', path: 'ss10.txt' });
  await hub.server.files.write(
    { actor: { kind: 'human' } },
    { workspace: hub.workspace, path: 'ss10-live.txt', content: Buffer.from('c'), source: 'import' },
  );
  const live = await back.stream.message(({ method }) => method === 'notifications/resources/updated');
  expect(live.params?._meta?.['dev.signalbox/event']).toMatchObject({ path: 'ss10-live.txt' });
  back.stream.drop();
});

test('[SS11] messages that are none are refused with JSON-RPC’s codes, and nothing of a bad batch is done', async () => {
  const { stream, post } = await open();
  const send = async (body: unknown, headers: Record<string, string> = {}): Promise<readonly [number, unknown]> => {
    const answer = await ask(post, { headers: { ...auth(), ...headers }, body });
    return [answer.status, answer.json.error?.code] as const;
  };
  expect(await send('{"jsonrpc":"2.0",')).toEqual([400, -32_700]);
  expect(await send('7')).toEqual([400, -32_600]);
  expect(await send({ id: 1, method: 'ping' })).toEqual([400, -32_600]);
  expect(await send({ jsonrpc: '2.0', id: null, method: 'ping' })).toEqual([400, -32_600]);
  expect(await send({ jsonrpc: '2.0', id: 1, method: 'ping', params: [1] })).toEqual([400, -32_602]);
  expect(await send({ jsonrpc: '2.0', id: 1 })).toEqual([400, -32_600]);
  expect(await send([])).toEqual([400, -32_600]);
  expect(await send(rpc(1, 'ping'), { 'content-type': 'text/plain' })).toEqual([415, -32_000]);
  expect(await send([rpc(8, 'ping'), { nonsense: true }])).toEqual([400, -32_600]);
  await ask(post, { headers: auth(), body: rpc(9, 'no/such') });
  expect(await stream.message(({ id }) => id === 9)).toMatchObject({ id: 9, error: { code: -32_601 } });
  stream.drop();
});

test('[SS12] a batch is served before 2025-06-18 and refused from then on', async () => {
  const old = await open({ 'mcp-protocol-version': '2025-03-26' });
  expect((await ask(old.post, { headers: auth(), body: [rpc(1, 'ping'), rpc(2, 'ping')] })).status).toBe(202);
  expect([await old.stream.message(), await old.stream.message()].map(({ id }) => id)).toEqual([1, 2]);
  await ask(old.post, { headers: auth(), body: initialize('2025-06-18') });
  await old.stream.message(({ id }) => id === 'init');
  expect((await ask(old.post, { headers: auth(), body: [rpc(1, 'ping')] })).status).toBe(400);
  old.stream.drop();
});

test('[SS13] the official client reconnects by itself and is notified of changes again, without a word of its own', async () => {
  const { secret } = await hub.newKey('ss13', 'editor');
  // Between them a network that can be cut.
  const sockets = new Set<net.Socket>();
  const network = net.createServer((socket) => {
    const onward = net.connect(Number(new URL(hub.url).port), '127.0.0.1');
    for (const one of [socket, onward]) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => [socket, onward].forEach((end) => end.destroy()));
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
  const { port } = network.address() as net.AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/sse`);
  const transport = new SSEClientTransport(url, { requestInit: { headers: bearer(secret) } });
  const client = new Client({ name: 'silent-agent', version: '1.0.0' });
  await client.connect(transport);
  await client.subscribeResource({ uri: eventsUri() });
  const paths: unknown[] = [];
  let wake = (): void => undefined;
  client.fallbackNotificationHandler = async ({ params }) => {
    const meta = (params as { _meta?: Record<string, { path?: string }> })._meta;
    paths.push(meta?.['dev.signalbox/event']?.path);
    wake();
  };
  const before = [...hub.server.hub.state.sessions.values()].find(({ client: who }) => who?.name === 'silent-agent');
  const goneOn = untilEvent(
    hub.server.hub,
    (event) => event.type === 'session.resumed' && event.sessionId === before?.id,
  );
  for (const socket of sockets) socket.destroy();
  await goneOn;
  const after = [...hub.server.hub.state.sessions.values()].find(({ client: who }) => who?.name === 'silent-agent');
  expect(after).toMatchObject({ status: 'ready', subscriptions: [eventsUri()] });
  expect(after?.id).toBe(before?.id);
  const notified = new Promise<void>((resolve) => (wake = resolve));
  await hub.server.files.write(
    { actor: { kind: 'human' } },
    { workspace: hub.workspace, path: 'ss13.txt', content: Buffer.from('x'), source: 'import' },
  );
  await notified;
  expect(paths).toEqual(['ss13.txt']);
  await client.close();
  network.close();
});
