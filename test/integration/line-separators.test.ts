import { maskText } from '../../src/recorder/masking.ts';
import { framesOf } from '../support/recorded.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sseAgent, statelessHeaders, statelessMeta } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import {
  ask,
  bearer,
  initialize,
  openStream,
  rpc,
  type RpcJson,
  type WireEvent,
  type WireStream,
} from '../support/wire-client.ts';

/** What some readers of event streams take for the end of a line. */
const SEPARATORS = /[\u0085\u2028\u2029]/u;
const reason = 'one\u2028two\u2029three\u0085four';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

const events = (): string => `signalbox://workspaces/${hub.workspace}/events`;

/** The data of the next event that is about `what`, as it came and parsed. */
async function nextAbout(stream: WireStream, fits: (message: RpcJson) => boolean): Promise<RpcJson> {
  const about = ({ data = '' }: WireEvent): boolean => data.startsWith('{') && fits(JSON.parse(data) as RpcJson);
  const { data = '' } = await stream.next(about);
  expect(data).not.toMatch(SEPARATORS);
  return JSON.parse(data) as RpcJson;
}

const acquire = (path: string) => ({ name: 'lock_acquire', arguments: { path, reason, wait_ms: 0 } });
const list = { name: 'lock_list', arguments: {} };
const isUpdate = ({ method }: RpcJson): boolean => method === 'notifications/resources/updated';
const reasonIn = ({ params }: RpcJson): unknown =>
  (params?._meta?.['dev.signalbox/event'] as Record<string, unknown> | undefined)?.['reason'];
const locks = ({ result }: RpcJson): unknown =>
  (result?.['structuredContent'] as Record<string, unknown> | undefined)?.['locks'];

test('[BC24] HTTP+SSE: answers, refusals and notifications with U+2028, U+2029 and U+0085 are one line', async () => {
  const agent = await sseAgent(hub.url, hub.key);
  await agent.call(1, 'logging/setLevel', { level: 'debug' });
  await agent.call(2, 'resources/subscribe', { uri: events() });
  await agent.send(rpc(3, 'tools/call', acquire('sse.md')));
  expect((await nextAbout(agent.stream, ({ id }) => id === 3)).result).not.toHaveProperty('isError', true);
  expect(reasonIn(await nextAbout(agent.stream, isUpdate))).toBe(reason);
  await nextAbout(agent.stream, ({ method }) => method === 'notifications/message');
  await agent.send(rpc(4, 'tools/call', list));
  expect(locks(await nextAbout(agent.stream, ({ id }) => id === 4))).toMatchObject([{ reason }]);
  await agent.send(rpc(5, `none${reason}`));
  expect((await nextAbout(agent.stream, ({ id }) => id === 5)).error?.code).toBe(-32_601);
  // The frame is what was on the wire.
  const { recorder } = hub.server;
  const frames = await framesOf(recorder, agent.session);
  const { id = '' } = frames.findLast(({ rpcId, kind }) => rpcId === 4 && kind !== 'request') ?? {};
  const { data = '' } = agent.stream.events.find(({ data = '' }) => data.includes('"id":4,')) ?? {};
  expect((await recorder.get(id)).body?.text).toBe(maskText(data).kept);
  agent.stream.drop();
});

test('[BC24] Streamable HTTP: a reply stream and the stream of notifications have them escaped', async () => {
  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const headers = { ...bearer(hub.key), 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  await ask(hub.server.mcp, { headers, body: rpc(1, 'resources/subscribe', { uri: events() }) });
  const notified = await openStream(hub.server.mcp, { headers });
  const call = { ...acquire('streamable.md'), _meta: { progressToken: 1 } };
  const reply = await openStream(hub.server.mcp, {
    method: 'POST',
    headers: { ...headers, accept: 'text/event-stream' },
    body: rpc(2, 'tools/call', call),
  });
  expect(JSON.stringify(await nextAbout(reply, ({ id }) => id === 2))).toContain('streamable.md');
  expect(reasonIn(await nextAbout(notified, isUpdate))).toBe(reason);
  const listed = await openStream(hub.server.mcp, {
    method: 'POST',
    headers: { ...headers, accept: 'text/event-stream' },
    body: rpc(3, 'tools/call', list),
  });
  expect(JSON.stringify(locks(await nextAbout(listed, ({ id }) => id === 3)))).toContain(reason);
  for (const stream of [notified, reply, listed]) stream.drop();
});

test('[BC24] 2026-07-28: calls are answered, and listeners notified, with them escaped', async () => {
  const post = (
    id: number | string,
    method: string,
    params: Record<string, unknown>,
    name?: string,
  ): Promise<WireStream> =>
    openStream(hub.server.mcp, {
      method: 'POST',
      headers: { ...statelessHeaders(hub.key, method, name), accept: 'application/json, text/event-stream' },
      body: rpc(id, method, { ...params, _meta: statelessMeta('separators') }),
    });
  const listening = await post(`l${reason}`, 'subscriptions/listen', {
    notifications: { resourceSubscriptions: [events()] },
  });
  await post(2, 'tools/call', acquire('stateless.md'), 'lock_acquire');
  expect(reasonIn(await nextAbout(listening, isUpdate))).toBe(reason);
  const listed = await post(3, 'tools/call', list, 'lock_list');
  expect(JSON.stringify(locks(await nextAbout(listed, ({ id }) => id === 3)))).toContain(reason);
  const refused = await post(4, 'tools/call', { name: 'file_read', arguments: { path: `none${reason}` } }, 'file_read');
  expect((await nextAbout(refused, ({ id }) => id === 4)).result).toHaveProperty('isError', true);
  for (const stream of [listening, listed, refused]) stream.drop();
});
