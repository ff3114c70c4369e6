import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STATELESS_VERSION, statelessHeaders, statelessMeta } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { untilEvent } from '../support/until.ts';
import { ask, bearer, openStream, rpc, talkRaw, type WireAnswer } from '../support/wire-client.ts';

let hub: TestServer;
let mcp: string;
beforeAll(async () => {
  hub = await startTestHub();
  mcp = hub.server.mcp;
});
afterAll(() => hub.close());

const eventsUri = (): string => `signalbox://workspaces/${hub.workspace}/events`;

const filesUri = (): string => `signalbox://workspaces/${hub.workspace}/files`;

const stateless = (
  id: number,
  method: string,
  params: Record<string, unknown> = {},
  client = 'raw-stateless',
): Record<string, unknown> => rpc(id, method, { ...params, _meta: statelessMeta(client) });

const headersFor = (method: string, name?: string, key = hub.key): Record<string, string> =>
  statelessHeaders(key, method, name);

const call = (id: number, method: string, params: Record<string, unknown> = {}, name?: string): Promise<WireAnswer> =>
  ask(mcp, {
    headers: { ...headersFor(method, name), accept: 'application/json' },
    body: stateless(id, method, params),
  });

const listen = (notifications: Record<string, unknown>, key = hub.key, name?: string) =>
  openStream(mcp, {
    method: 'POST',
    headers: { ...headersFor('subscriptions/listen', undefined, key), accept: 'application/json, text/event-stream' },
    body: stateless(9, 'subscriptions/listen', { notifications }, name),
  });

test('[MD1] the official client discovers, calls tools and listens, without a session id', async () => {
  const transport = new StreamableHTTPClientTransport(new URL(mcp), { requestInit: { headers: bearer(hub.key) } });
  const client = new Client({ name: 'stateless-agent', version: '2.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(transport);
  expect(client.getNegotiatedProtocolVersion()).toBe(STATELESS_VERSION);
  expect(transport.sessionId).toBeUndefined();
  expect((await client.callTool({ name: 'whoami', arguments: {} })).structuredContent).toMatchObject({
    wire: 'stateless',
  });
  const notified = new Promise<unknown>((resolve) => {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params));
  });
  const subscription = await client.listen({ resourceSubscriptions: [eventsUri()] });
  expect(subscription.honoredFilter).toEqual({ resourceSubscriptions: [eventsUri()] });
  await client.callTool({ name: 'file_write', arguments: { path: 'md1.txt', text: 'x' } });
  expect(await notified).toMatchObject({ uri: eventsUri(), _meta: { 'dev.signalbox/event': { path: 'md1.txt' } } });
  const unsubscribed = untilEvent(hub.server.hub, ({ type }) => type === 'session.unsubscribed');
  await subscription.close();
  await unsubscribed;
  await client.close();
});

test('[MD2] all requests of one key and client are one session at the desk, others of their own', async () => {
  const sessions = (name: string): number =>
    [...hub.server.hub.state.sessions.values()].filter(({ client }) => client?.name === name).length;
  await Promise.all([call(1, 'tools/list'), call(2, 'tools/list'), call(3, 'prompts/list')]);
  await call(4, 'resources/list');
  expect(sessions('raw-stateless')).toBe(1);
  const { secret } = await hub.newKey('md2', 'viewer');
  await ask(mcp, { headers: headersFor('tools/list', undefined, secret), body: stateless(5, 'tools/list') });
  expect(sessions('raw-stateless')).toBe(2);
});

test('[MD11] a client that names itself anew each time is served, and does not fill the desk', async () => {
  const { secret, keyId } = await hub.newKey('md11', 'viewer');
  const as = (name: string) =>
    ask(mcp, { headers: headersFor('tools/list', undefined, secret), body: stateless(1, 'tools/list', {}, name) });
  for (let n = 0; n < 120; n++) expect((await as(`one-${n}`)).status).toBe(200);
  const together = await Promise.all(Array.from({ length: 20 }, (_, n) => as(`other-${n}`)));
  expect(together.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect((await as('last')).status).toBe(200);
  const sessions = [...hub.server.hub.state.sessions.values()].filter((session) => session.keyId === keyId);
  expect(sessions.length).toBeLessThanOrEqual(128);
});

test('[MD3] results say that they are complete, and how they may be cached', async () => {
  expect((await call(1, 'server/discover')).json.result).toMatchObject({
    resultType: 'complete',
    supportedVersions: expect.arrayContaining([STATELESS_VERSION]),
    capabilities: { tools: {}, resources: { subscribe: true }, prompts: {} },
  });
  expect((await call(2, 'tools/list')).json.result).toMatchObject({
    resultType: 'complete',
    ttlMs: 0,
    cacheScope: 'private',
  });
});

test('[MD4] headers and body must agree, and the revision must be one that is spoken', async () => {
  const missing = await ask(mcp, { headers: bearer(hub.key), body: stateless(1, 'tools/list') });
  expect([missing.status, missing.json.error?.code]).toEqual([400, -32_020]);
  const other = await ask(mcp, { headers: { ...headersFor('prompts/list') }, body: stateless(1, 'tools/list') });
  expect([other.status, other.json.error?.code]).toEqual([400, -32_020]);
  const future = stateless(1, 'tools/list');
  (future['params'] as { _meta: Record<string, unknown> })._meta['io.modelcontextprotocol/protocolVersion'] =
    '2030-01-01';
  const unknown = await ask(mcp, {
    headers: { ...headersFor('tools/list'), 'mcp-protocol-version': '2030-01-01' },
    body: future,
  });
  expect([unknown.status, unknown.json.error?.code]).toEqual([400, -32_022]);
  const bare = await ask(mcp, { headers: headersFor('tools/list'), body: rpc(1, 'tools/list') });
  expect([bare.status, bare.json.error?.code]).toEqual([400, -32_602]);
});

test('[MD5] methods that need a session are not there', async () => {
  for (const method of ['initialize', 'ping', 'logging/setLevel', 'resources/subscribe']) {
    const answer = await call(1, method);
    expect([method, answer.status, answer.json.error?.code]).toEqual([method, 404, -32_601]);
  }
});

test('[MD6] a tool call is answered as JSON or as a stream, as the client accepts', async () => {
  const plain = await call(1, 'tools/call', { name: 'whoami', arguments: {} }, 'whoami');
  expect([plain.status, plain.json.result?.['structuredContent']]).toEqual([
    200,
    expect.objectContaining({ wire: 'stateless' }),
  ]);
  const stream = await openStream(mcp, {
    method: 'POST',
    headers: { ...headersFor('tools/call', 'whoami'), accept: 'application/json, text/event-stream' },
    body: stateless(2, 'tools/call', { name: 'whoami', arguments: {} }),
  });
  expect(stream.headers['x-accel-buffering']).toBe('no');
  expect(await stream.message()).toMatchObject({ id: 2, result: { resultType: 'complete' } });
  await stream.ended;
});

test('[MD6] the connection goes on after an answer by stream, and ends with a stream of notifications', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (
    method: string,
    params: Record<string, unknown>,
    name?: string,
  ): Promise<{ reused: boolean; headers: IncomingHttpHeaders }> =>
    new Promise((resolve, reject) => {
      const headers = {
        ...headersFor(method, name),
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      };
      const request = httpRequest(mcp, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.on('end', () => resolve({ reused: request.reusedSocket, headers: response.headers }));
      });
      request.on('error', reject);
      request.end(JSON.stringify(stateless(1, method, params)));
    });
  const whoami = { name: 'whoami', arguments: {} };
  expect((await send('tools/call', whoami, 'whoami')).headers).toMatchObject({
    connection: 'keep-alive',
    'content-type': 'text/event-stream',
  });
  expect((await send('tools/call', whoami, 'whoami')).reused).toBe(true);
  const listened = await send('subscriptions/listen', { notifications: {} });
  expect([listened.reused, listened.headers.connection]).toEqual([true, 'close']);
  agent.destroy();
});

test('[MD7] a listen stream begins with its acknowledgement, and each notification names the subscription', async () => {
  const stream = await listen({ resourceSubscriptions: [eventsUri()], promptsListChanged: true });
  expect(await stream.message()).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/subscriptions/acknowledged',
    params: {
      notifications: { resourceSubscriptions: [eventsUri()] },
      _meta: { 'io.modelcontextprotocol/subscriptionId': 9 },
    },
  });
  await call(1, 'tools/call', { name: 'file_write', arguments: { path: 'md7.txt', text: 'x' } }, 'file_write');
  const { params } = await stream.message();
  expect(params?._meta).toMatchObject({
    'io.modelcontextprotocol/subscriptionId': 9,
    'dev.signalbox/event': { path: 'md7.txt' },
  });
  stream.drop();
});

test('[MD8] a listen request for nothing is acknowledged and completed', async () => {
  const nothing = await listen({});
  expect(await nothing.message()).toMatchObject({ method: 'notifications/subscriptions/acknowledged' });
  expect(await nothing.message()).toMatchObject({ id: 9, result: { resultType: 'complete' } });
  await nothing.ended;
});

test.each([
  ['nothing said', undefined, '"notifications"'],
  ['a text', 'all', '"notifications"'],
  ['a list', [], '"notifications"'],
  ['a flag that is none', { toolsListChanged: 'yes' }, '"notifications.toolsListChanged"'],
  ['URIs that are no list', { resourceSubscriptions: 'x' }, '"notifications.resourceSubscriptions"'],
  ['a URI that is no text', { resourceSubscriptions: [7] }, '"notifications.resourceSubscriptions.0"'],
])(
  '[MD12] a listen request with %s is refused with what is wrong and what to send',
  async (_what, notifications, says) => {
    const { status, json } = await ask(mcp, {
      headers: headersFor('subscriptions/listen'),
      body: stateless(1, 'subscriptions/listen', notifications === undefined ? {} : { notifications }),
    });
    expect([status, json]).toMatchObject([
      200,
      { id: 1, error: { code: -32_602, message: expect.stringContaining(says), data: { code: 'invalid_argument' } } },
    ]);
    expect(json.error?.message).toContain('resourceSubscriptions');
  },
);

test('[MD12] a listen request over HTTP/1.0 is refused: it has no streams', async () => {
  const body = JSON.stringify(stateless(1, 'subscriptions/listen', { notifications: {} }));
  const headers = {
    host: new URL(mcp).host,
    'content-type': 'application/json',
    ...headersFor('subscriptions/listen'),
  };
  const head = Object.entries({ ...headers, 'content-length': body.length }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const answer = await talkRaw(mcp, ['POST /mcp HTTP/1.0', ...head, '', body].join('\r\n'));
  expect(answer).toContain('A stream needs HTTP/1.1');
});

test('[MD9] listening outside the granted workspaces is refused, logged, and ends the session', async () => {
  const { secret, keyId } = await hub.newKey('md9');
  const denied = untilEvent(hub.server.hub, ({ type }) => type === 'access.denied');
  const closed = untilEvent(hub.server.hub, ({ type }) => type === 'session.closed');
  const answer = await ask(mcp, {
    headers: headersFor('subscriptions/listen', undefined, secret),
    body: stateless(1, 'subscriptions/listen', { notifications: { resourceSubscriptions: [eventsUri()] } }, 'md9'),
  });
  expect(answer.json.error?.data?.['code']).toBe('not_found');
  expect(await denied).toMatchObject({ keyId, workspace: hub.workspace });
  await closed;
});

test('[MD21] many URIs of many listen streams are looked at in turns of the loop', async () => {
  const streams = 4;
  const most = hub.server.hub.limits['uris-per-listen'];
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  turn();
  const opened = Array.from({ length: streams }, async (_, n) => {
    const resourceSubscriptions = Array.from({ length: most }, (_unused, at) => `${filesUri()}/md21/${n}-${at}.txt`);
    const stream = await listen({ resourceSubscriptions }, hub.key, `md21-${n}`);
    const { params } = await stream.message();
    const heard = params?.['notifications'] as { resourceSubscriptions: string[] } | undefined;
    return { stream, uris: heard?.resourceSubscriptions ?? [] };
  });
  const all = await Promise.all(opened);
  isOver = true;
  expect(all.map(({ uris }) => uris.length)).toEqual(Array<number>(streams).fill(most));
  expect(turns).toBeGreaterThan((streams * most) / 256);
  for (const { stream } of all) stream.drop();
});

test('[MD10] when the hub closes, a listen stream gets its result and its end', async () => {
  const stream = await listen({ resourceSubscriptions: [eventsUri()] }, hub.key, 'md10');
  await stream.message();
  await hub.restart();
  expect(await stream.message()).toMatchObject({ id: 9, result: { resultType: 'complete' } });
  await stream.ended;
  const answer = await call(1, 'tools/call', { name: 'whoami', arguments: {} }, 'whoami');
  expect(answer.json.result?.['structuredContent']).toMatchObject({ wire: 'stateless' });
});
