import { frameOf } from '../support/recorded.ts';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { dropStream, untilEvent } from '../support/until.ts';
import { ask, bearer, initialize, openStream, rpc, type WireStream } from '../support/wire-client.ts';

let hub: TestServer;
let mcp: string;
beforeAll(async () => {
  hub = await startTestHub();
  mcp = hub.server.mcp;
});
afterAll(() => hub.close());

const eventsUri = (): string => `signalbox://workspaces/${hub.workspace}/events`;

/** A session, as the headers that name it. */
async function open(version = '2025-11-25'): Promise<Record<string, string>> {
  const answer = await ask(mcp, { headers: bearer(hub.key), body: initialize(version) });
  expect(answer.status).toBe(200);
  const id = String(answer.headers['mcp-session-id']);
  const headers = { ...bearer(hub.key), 'mcp-session-id': id, 'mcp-protocol-version': version };
  await ask(mcp, { headers, body: { jsonrpc: '2.0', method: 'notifications/initialized' } });
  return headers;
}

const write = (path: string): Promise<unknown> =>
  hub.server.files.write(
    { actor: { kind: 'human' } },
    { workspace: hub.workspace, path, content: Buffer.from('x'), source: 'import' },
  );

const pathIn = async (stream: WireStream): Promise<unknown> => {
  const { params } = await stream.message(({ method }) => method === 'notifications/resources/updated');
  return (params?._meta?.['dev.signalbox/event'] as { path?: string } | undefined)?.path;
};

test('[ST1] the official client opens a session, calls tools and is notified of changes', async () => {
  const transport = new StreamableHTTPClientTransport(new URL(mcp), { requestInit: { headers: bearer(hub.key) } });
  const client = new Client({ name: 'streamable-agent', version: '2.0.0' });
  await client.connect(transport);
  expect(client.getNegotiatedProtocolVersion()).toBe('2025-11-25');
  expect((await client.callTool({ name: 'whoami', arguments: {} })).structuredContent).toMatchObject({
    wire: 'streamable',
  });
  const notified = new Promise<unknown>((resolve) => {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params));
  });
  await client.subscribeResource({ uri: eventsUri() });
  await write('st1.txt');
  expect(await notified).toMatchObject({ uri: eventsUri(), _meta: { 'dev.signalbox/event': { path: 'st1.txt' } } });
  const closed = untilEvent(hub.server.hub, ({ type }) => type === 'session.closed');
  await transport.terminateSession();
  expect(await closed).toMatchObject({ reason: 'The agent ended it.', traffic: { framesIn: expect.any(Number) } });
  await client.close();
});

test.each(['2025-03-26', '2025-06-18', '2025-11-25'])('[ST2] revision %s is negotiated and served', async (version) => {
  const headers = await open(version);
  const answer = await ask(mcp, { headers, body: rpc(1, 'tools/call', { name: 'whoami', arguments: {} }) });
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
  expect(answer.json).toMatchObject({ id: 1, result: { structuredContent: { protocol_version: version } } });
});

test('[ST3] an unknown revision is answered with the newest, and refused in the header', async () => {
  const answer = await ask(mcp, { headers: bearer(hub.key), body: initialize('1999-01-01') });
  expect(answer.json.result).toMatchObject({ protocolVersion: '2025-11-25', serverInfo: { name: 'signalbox' } });
  const headers = await open();
  expect(
    (await ask(mcp, { headers: { ...headers, 'mcp-protocol-version': '1999-01-01' }, body: rpc(1, 'ping') })).status,
  ).toBe(400);
  const { 'mcp-protocol-version': _left, ...silent } = headers;
  expect((await ask(mcp, { headers: silent, body: rpc(1, 'ping') })).status).toBe(200);
});

test('[ST4] an unknown session is 404, a missing id 400, another key’s as an unknown one; both in the log', async () => {
  const headers = await open();
  const made = untilEvent(hub.server.hub, ({ type }) => type === 'access.denied');
  const unknown = await ask(mcp, { headers: { ...headers, 'mcp-session-id': 'ses_gone' }, body: rpc(1, 'ping') });
  expect(await made).toMatchObject({ sessionId: 'ses_gone', code: 'session_unknown' });
  expect([unknown.status, unknown.json.error?.data?.['code']]).toEqual([404, 'session_unknown']);
  expect((await ask(mcp, { headers: bearer(hub.key), body: rpc(1, 'ping') })).status).toBe(400);
  expect((await ask(mcp, { method: 'DELETE', headers: bearer(hub.key) })).status).toBe(400);
  const { secret, keyId } = await hub.newKey('st4', 'owner');
  for (const method of ['POST', 'GET', 'DELETE']) {
    const denied = untilEvent(hub.server.hub, ({ type }) => type === 'access.denied');
    const answer = await ask(mcp, {
      method,
      headers: { ...headers, ...bearer(secret) },
      ...(method === 'POST' ? { body: rpc(1, 'ping') } : {}),
    });
    expect([answer.status, answer.json.error?.data?.['code']]).toEqual([404, 'session_unknown']);
    const event = await denied;
    expect(event).toMatchObject({ keyId, sessionId: headers['mcp-session-id'] });
    expect((await frameOf(hub.server.recorder, event.cause))?.frame).toMatchObject({
      label: `${method} /mcp`,
      status: 404,
    });
  }
  expect((await ask(mcp, { headers, body: rpc(1, 'ping') })).status).toBe(200);
});

test('[ST5] initialize with a stale session id opens a new session', async () => {
  const answer = await ask(mcp, { headers: { ...bearer(hub.key), 'mcp-session-id': 'ses_stale' }, body: initialize() });
  expect(answer.status).toBe(200);
  expect(answer.headers['mcp-session-id']).toMatch(/^ses_/u);
});

test('[ST6] DELETE ends the session: its stream ends, and it is 404 from then on', async () => {
  const headers = await open();
  const stream = await openStream(mcp, { headers });
  expect((await ask(mcp, { method: 'DELETE', headers })).status).toBe(200);
  await stream.ended;
  expect((await ask(mcp, { headers, body: rpc(1, 'ping') })).status).toBe(404);
});

test('[ST7] a new GET takes the place of a half-open one, and is notified from there on', async () => {
  const headers = await open();
  await ask(mcp, { headers, body: rpc(1, 'resources/subscribe', { uri: eventsUri() }) });
  const first = await openStream(mcp, { headers });
  const second = await openStream(mcp, { headers });
  expect(second.status).toBe(200);
  await first.ended;
  await write('st7.txt');
  expect(await pathIn(second)).toBe('st7.txt');
  second.drop();
});

test('[ST8] a stream opens with a priming event from 2025-11-25 on, and none before', async () => {
  const now = await openStream(mcp, { headers: await open() });
  expect(await now.next(({ id }) => id !== undefined)).toMatchObject({ data: '', retry: '1000' });
  expect(now.headers['mcp-session-id']).toMatch(/^ses_/u);
  const before = await openStream(mcp, { headers: await open('2025-06-18') });
  expect(before.events.some(({ id }) => id !== undefined)).toBe(false);
  now.drop();
  before.drop();
});

test('[ST9] GET with Last-Event-ID replays what was missed, in order and once', async () => {
  const headers = await open();
  const session = headers['mcp-session-id'];
  await ask(mcp, { headers, body: rpc(1, 'resources/subscribe', { uri: eventsUri() }) });
  const first = await openStream(mcp, { headers });
  await write('st9-a.txt');
  expect(await pathIn(first)).toBe('st9-a.txt');
  const last = first.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  await dropStream(hub.server.hub, first, session);
  await write('st9-b.txt');
  await write('st9-c.txt');
  const back = await openStream(mcp, { headers: { ...headers, 'last-event-id': last } });
  expect([await pathIn(back), await pathIn(back)]).toEqual(['st9-b.txt', 'st9-c.txt']);
  await write('st9-d.txt');
  expect(await pathIn(back)).toBe('st9-d.txt');
  expect(back.events.filter(({ data }) => data?.includes('st9-a'))).toEqual([]);
  back.drop();
});

test('[ST10] Last-Event-ID of another session is refused', async () => {
  const mine = await open();
  const other = await openStream(mcp, { headers: await open() });
  const { id = '' } = await other.next((event) => event.id !== undefined);
  expect((await ask(mcp, { method: 'GET', headers: { ...mine, 'last-event-id': id } })).status).toBe(400);
  other.drop();
});

test('[ST11] what happened between subscribing and the first GET is sent when the stream opens', async () => {
  const headers = await open();
  await ask(mcp, { headers, body: rpc(1, 'resources/subscribe', { uri: eventsUri() }) });
  await write('st11.txt');
  const stream = await openStream(mcp, { headers });
  expect(await pathIn(stream)).toBe('st11.txt');
  stream.drop();
});

test('[ST12] a session is restored after a restart of the hub: initialised, subscribed, and notified what it missed', async () => {
  const headers = await open();
  await ask(mcp, { headers, body: rpc(1, 'resources/subscribe', { uri: eventsUri() }) });
  const stream = await openStream(mcp, { headers });
  await write('st12-a.txt');
  expect(await pathIn(stream)).toBe('st12-a.txt');
  const last = stream.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  await hub.restart();
  await stream.ended;
  await write('st12-b.txt');
  const answer = await ask(mcp, { headers, body: rpc(2, 'tools/call', { name: 'whoami', arguments: {} }) });
  expect(answer.json.result?.['structuredContent']).toMatchObject({ session_id: headers['mcp-session-id'] });
  const back = await openStream(mcp, { headers: { ...headers, 'last-event-id': last } });
  expect(await pathIn(back)).toBe('st12-b.txt');
  back.drop();
});

test('[ST13] a call with progress is answered by a stream: progress, then the answer, each with an id', async () => {
  const headers = await open();
  await write('st13.txt');
  const stream = await openStream(mcp, {
    method: 'POST',
    headers: { ...headers, accept: 'text/event-stream' },
    body: rpc(1, 'tools/call', { name: 'file_read', arguments: { path: 'st13.txt' } }),
  });
  expect(stream.headers['content-type']).toBe('text/event-stream');
  expect(await stream.next(({ id }) => id !== undefined)).toMatchObject({ data: '' });
  expect(await stream.message()).toMatchObject({ id: 1, result: {} });
  await stream.ended;
  expect(new Set(stream.events.flatMap(({ id }) => id ?? [])).size).toBe(2);
});

test('[ST14] an answer whose stream was lost is fetched by GET with Last-Event-ID', async () => {
  const headers = await open();
  const waiting = await openStream(mcp, {
    method: 'POST',
    headers: { ...headers, accept: 'text/event-stream' },
    body: rpc(1, 'tools/call', { name: 'event_wait', arguments: { types: ['upload.started'], timeout_ms: 20_000 } }),
  });
  const { id = '' } = await waiting.next((event) => event.id !== undefined);
  waiting.drop();
  await waiting.ended;
  const called = untilEvent(hub.server.hub, ({ type }) => type === 'tool.called');
  await hub.server.uploads.create(
    { actor: { kind: 'human' } },
    { workspace: hub.workspace, path: 'st14.bin', sizeBytes: 10 },
  );
  await called;
  const back = await openStream(mcp, { headers: { ...headers, 'last-event-id': id } });
  expect(await back.message()).toMatchObject({ id: 1, result: { structuredContent: {} } });
  await back.ended;
});

test('[ST15] Accept and Content-Type are held to; a client that takes anything is served', async () => {
  const headers = await open();
  const post = (more: Record<string, string>): Promise<number> =>
    ask(mcp, { headers: { ...headers, ...more }, body: rpc(1, 'ping') }).then(({ status }) => status);
  expect(await post({ accept: '*/*' })).toBe(200);
  expect(await post({ accept: 'application/json' })).toBe(200);
  expect(await post({ accept: 'text/html' })).toBe(406);
  expect(await post({ 'content-type': 'text/plain' })).toBe(415);
  expect((await ask(mcp, { method: 'GET', headers: { ...headers, accept: 'application/json' } })).status).toBe(406);
  expect((await ask(mcp, { method: 'PUT', headers, body: rpc(1, 'ping') })).status).toBe(405);
});

test('[ST16] batches are answered by a list in 2025-03-26, and refused later', async () => {
  const old = await open('2025-03-26');
  const answer = await ask(mcp, {
    headers: old,
    body: [rpc(1, 'ping'), rpc(2, 'ping'), { jsonrpc: '2.0', method: 'notifications/x' }],
  });
  expect(JSON.parse(answer.text)).toEqual([
    { jsonrpc: '2.0', id: 1, result: {} },
    { jsonrpc: '2.0', id: 2, result: {} },
  ]);
  expect((await ask(mcp, { headers: await open(), body: [rpc(1, 'ping')] })).status).toBe(400);
  expect((await ask(mcp, { headers: old, body: [initialize(), rpc(2, 'ping')] })).status).toBe(400);
});
