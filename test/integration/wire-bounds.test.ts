import { afterAll, beforeAll, expect, test } from 'vitest';
import { statelessHeaders, statelessMeta } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc, type WireAnswer } from '../support/wire-client.ts';

let hub: TestServer;
let mcp: string;
beforeAll(async () => {
  hub = await startTestHub();
  mcp = hub.server.mcp;
});
afterAll(() => hub.close());

const long = 'x'.repeat(257);
const longest = 'x'.repeat(256);

/** Opens a session of Streamable HTTP; answers the headers of its requests. */
async function open(version = '2025-11-25', more: Record<string, string> = {}): Promise<Record<string, string>> {
  const opened = await ask(mcp, { headers: { ...bearer(hub.key), ...more }, body: initialize(version) });
  return { ...bearer(hub.key), 'mcp-session-id': String(opened.headers['mcp-session-id']) };
}

const stateless = (id: string | number, method: string, params: Record<string, unknown> = {}): Promise<WireAnswer> =>
  ask(mcp, {
    headers: { ...statelessHeaders(hub.key, method), accept: 'application/json' },
    body: rpc(id, method, { ...params, _meta: { ...statelessMeta('bounds'), ...(params['_meta'] as object) } }),
  });

test('[SS30] ids and progress tokens over 256 characters are refused on each wire, and not repeated', async () => {
  const headers = await open();
  const stream = await openStream(hub.server.sse, { headers: bearer(hub.key) });
  const messages = await endpointOf(stream, hub.url);
  const posts = [
    (body: unknown) => ask(mcp, { headers, body }),
    (body: unknown) => ask(messages, { headers: bearer(hub.key), body }),
  ];
  for (const post of posts) {
    const id = await post(rpc(long, 'ping'));
    expect([id.status, id.json.id, id.json.error?.code]).toEqual([400, null, -32_600]);
    const token = await post(rpc('t1', 'ping', { _meta: { progressToken: long } }));
    expect([token.status, token.json.id, token.json.error?.code]).toEqual([400, 't1', -32_602]);
    expect((await post({ jsonrpc: '2.0', id: long, result: {} })).json.error?.code).toBe(-32_600);
    expect((await post(rpc(1, long))).json.error?.code).toBe(-32_600);
    for (const answer of [id, token]) expect(answer.text).not.toContain(long);
  }
  expect((await stateless(long, 'tools/list')).json).toMatchObject({ id: null, error: { code: -32_600 } });
  expect((await stateless('t', 'tools/list', { _meta: { progressToken: long } })).json.error?.code).toBe(-32_602);
  expect((await stateless(long, 'subscriptions/listen', { notifications: {} })).json.error?.code).toBe(-32_600);
  expect((await ask(mcp, { headers, body: rpc(longest, 'ping') })).json).toMatchObject({ id: longest, result: {} });
  stream.drop();
});

test('[SS31] a number that would come back as another one is refused as an id and as a progress token', async () => {
  const headers = await open();
  const post = (text: string): Promise<WireAnswer> => ask(mcp, { headers, body: text });
  const over = await post('{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}');
  expect([over.status, over.json.error?.code, over.json.id]).toEqual([400, -32_600, null]);
  expect(over.json.error?.message).toContain('string');
  const token = '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":-9007199254740993}}}';
  expect((await post(token)).json).toMatchObject({ id: 1, error: { code: -32_602 } });
  expect((await post('{"jsonrpc":"2.0","id":9007199254740991,"method":"ping"}')).text).toContain('9007199254740991');
});

test('[SS32] `params` that are null or an empty list count as absent', async () => {
  const headers = await open();
  for (const params of [null, []]) {
    const post = (body: Record<string, unknown>): Promise<WireAnswer> =>
      ask(mcp, { headers, body: { jsonrpc: '2.0', ...body, params } });
    expect((await post({ id: 1, method: 'tools/list' })).json.result).toHaveProperty('tools');
    expect((await post({ method: 'notifications/initialized' })).status).toBe(202);
  }
  expect((await ask(mcp, { headers, body: { jsonrpc: '2.0', id: 1, method: 'ping', params: [1] } })).status).toBe(400);
});

test('[SS33] a message that is refused at /messages is also answered on the stream, with its id', async () => {
  const stream = await openStream(hub.server.sse, { headers: bearer(hub.key) });
  const messages = await endpointOf(stream, hub.url);
  const wrong = { jsonrpc: '2.0', id: 'p1', method: 'tools/list', params: [1] };
  expect((await ask(messages, { headers: bearer(hub.key), body: wrong })).status).toBe(400);
  expect(await stream.message(({ id }) => id === 'p1')).toMatchObject({ error: { code: -32_602 } });
  const batch = [rpc('b1', 'ping'), { jsonrpc: '1.0', id: 'b2', method: 'ping' }];
  expect((await ask(messages, { headers: bearer(hub.key), body: batch })).status).toBe(400);
  for (const id of ['b1', 'b2']) expect(await stream.message((one) => one.id === id)).toHaveProperty('error');
  stream.drop();
});

test('[SS34] a byte order mark before the JSON is passed over; a compressed body is 415', async () => {
  const headers = await open();
  const marked = await ask(mcp, { headers, body: `\ufeff${JSON.stringify(rpc(1, 'ping'))}` });
  expect(marked.json).toMatchObject({ id: 1, result: {} });
  const packed = await ask(mcp, { headers: { ...headers, 'content-encoding': 'gzip' }, body: 'x' });
  expect([packed.status, packed.json.error?.data?.['code']]).toEqual([415, 'unsupported_media_type']);
  expect(
    (await ask(mcp, { headers: { ...headers, 'content-encoding': 'identity' }, body: rpc(1, 'ping') })).status,
  ).toBe(200);
});

test('[SS35] an Accept that takes no form of the answer is 406, also where it says so by q=0', async () => {
  const headers = await open();
  const post = (accept: string) => ask(mcp, { headers: { ...headers, accept }, body: rpc(1, 'ping') });
  expect((await post('text/html')).status).toBe(406);
  expect((await post('application/json;q=0, text/event-stream;q=0.0')).status).toBe(406);
  const json = await post('application/json, text/event-stream;q=0, */*');
  expect([json.status, json.headers['content-type']]).toEqual([200, 'application/json']);
  const sse = await ask(hub.server.sse, { method: 'GET', headers: { ...bearer(hub.key), accept: 'application/json' } });
  expect(sse.status).toBe(406);
});

test('[ST32] the revision of a session is agreed on in the body of `initialize`, whatever the header says', async () => {
  const headers = { ...bearer(hub.key), 'mcp-protocol-version': '2026-07-28' };
  const opened = await ask(mcp, { headers, body: initialize('2025-06-18') });
  expect(opened.json.result).toMatchObject({ protocolVersion: '2025-06-18' });
  expect(opened.headers['mcp-session-id']).toMatch(/^ses_/u);
});

test('[SE8] of a User-Agent 256 characters are kept', async () => {
  const headers = await open('2025-11-25', { 'user-agent': 'u'.repeat(12_000) });
  const state = hub.server.hub.state.sessions.get(headers['mcp-session-id'] ?? '');
  expect(state?.userAgent).toBe('u'.repeat(256));
});

test('[ST33] in a batch whose answer becomes a stream, what was answered before is sent on it too', async () => {
  const headers = await open('2025-03-26');
  const wait = { name: 'event_wait', arguments: { types: ['upload.started'], timeout_ms: 1_500 } };
  const stream = await openStream(mcp, {
    method: 'POST',
    headers: { ...headers, accept: 'application/json, text/event-stream' },
    body: [rpc('quick', 'ping'), rpc('slow', 'tools/call', wait)],
  });
  expect(await stream.message(({ id }) => id === 'quick')).toHaveProperty('result');
  expect(await stream.message(({ id }) => id === 'slow')).toHaveProperty('result');
  await stream.ended;
});

test('[MD20] a key has at most 256 listen streams open; one more is refused with what to do, until one ends', async () => {
  const { secret } = await hub.newKey('md20', 'viewer');
  const { Agent, request } = await import('node:http');
  const agent = new Agent({ maxSockets: Infinity });
  const listen = (id: number) =>
    new Promise<{ type: string | undefined; text(): Promise<string>; end(): Promise<void> }>((resolve, reject) => {
      const notifications = { toolsListChanged: true };
      const sent = request(mcp, {
        method: 'POST',
        agent,
        headers: {
          ...statelessHeaders(secret, 'subscriptions/listen'),
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        response.on('error', () => undefined);
        resolve({
          type: response.headers['content-type'],
          text: async () => {
            let text = '';
            for await (const piece of response) text += String(piece);
            return text;
          },
          end: () =>
            new Promise((ended) => {
              response.on('close', ended);
              sent.destroy();
            }),
        });
      });
      sent.end(JSON.stringify(rpc(id, 'subscriptions/listen', { notifications, _meta: statelessMeta('md20') })));
    });
  const streams = [];
  for (let id = 0; id < 256; id++) streams.push(await listen(id));
  expect(streams.every(({ type }) => type === 'text/event-stream')).toBe(true);
  const refused = JSON.parse(await (await listen(256)).text()) as WireAnswer['json'];
  expect(refused.error?.data).toMatchObject({
    code: 'limit_reached',
    details: { limit: 'listens-per-key', value: 256 },
  });
  await streams[0]?.end();
  // The hub sees the end of a connection a moment later than its client.
  let again = await listen(257);
  for (let n = 258; again.type !== 'text/event-stream'; n++) again = await listen(n);
  await Promise.all([again, ...streams.slice(1)].map((stream) => stream.end()));
});
