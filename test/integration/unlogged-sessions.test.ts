import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { closeSession } from '../../src/hub/rules/sessions.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { human } from '../support/open-hub.ts';
import { sseAgent, statelessRequest } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { untilEvent } from '../support/until.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc, type WireAnswer } from '../support/wire-client.ts';

let hub: TestServer;
let clock: FakeClock;
let threads: Worker[];
/** The log takes no writes from the call on, until the clock is moved by a second. */
let fail: () => Promise<void>;

beforeEach(async () => {
  clock = new FakeClock();
  threads = [];
  const seen = (thread: Worker): void => void threads.push(thread);
  process.on('worker', seen);
  hub = await startTestHub({ now: clock.now, timers: clock.timers, sessionIdleMs: 60_000 });
  process.off('worker', seen);
  await hub.server.files.write(human, {
    workspace: hub.workspace,
    path: 'a.txt',
    content: Buffer.from('kept'),
    source: 'import',
  });
  fail = async () => {
    const failed = new Promise<void>((resolve) => hub.server.hub.onStorage(() => resolve()));
    await threads.find(({ threadName }) => threadName === 'log writer')?.terminate();
    await failed;
  };
});
afterEach(() => hub.close());

async function heal(): Promise<void> {
  const well = new Promise<void>((resolve) => {
    hub.server.hub.onStorage(({ status }) => status === 'ok' && resolve());
  });
  clock.advance(1000);
  await well;
  await hub.server.hub.durable();
}

const read = { name: 'file_read', arguments: { path: 'a.txt' } };
const write = { name: 'file_write', arguments: { path: 'b.txt', text: 'x' } };
const kept = expect.objectContaining({ structuredContent: expect.objectContaining({ text: 'kept' }) });
const refused = expect.objectContaining({
  isError: true,
  structuredContent: expect.objectContaining({ code: 'storage_failed', retry_after_ms: 1000 }),
});
const sessions = () =>
  [...hub.server.hub.state.sessions.values()].map(({ wire, status, client }) => [wire, status, client?.name]);

/** A stateless call of a tool; answers its result. */
async function stateless(call: Record<string, unknown>, name = 'stateless', secret = hub.key): Promise<unknown> {
  const request = statelessRequest(secret, 1, 'tools/call', call, name);
  const headers = { ...request.headers, accept: 'application/json' };
  const answer = await ask(`${hub.url}/mcp`, { ...request, headers });
  return answer.status === 200 ? answer.json.result : answer.text;
}

function streamable(body: unknown, session?: string, secret = hub.key): Promise<WireAnswer> {
  const headers = { ...bearer(secret), accept: 'application/json' };
  return ask(`${hub.url}/mcp`, {
    headers: session === undefined ? headers : { ...headers, 'mcp-session-id': session },
    body,
  });
}

test('[LG32] a stateless client that comes while the disk refuses writes reads, and is written down later', async () => {
  await fail();
  expect(await stateless(read)).toEqual(kept);
  expect(await stateless(read)).toEqual(kept);
  expect(await stateless(write)).toEqual(refused);
  expect(sessions()).toEqual([]);
  await heal();
  expect(sessions()).toEqual([['modern', 'ready', 'stateless']]);
  expect(await stateless(read)).toEqual(kept);
  expect(await stateless(write)).not.toEqual(refused);
  expect(sessions()).toHaveLength(1);
});

test('[LG32] so does one on Streamable HTTP, and keeps its session', async () => {
  await fail();
  const greeted = await streamable(initialize());
  expect(greeted.json.result).toMatchObject({ protocolVersion: '2025-11-25' });
  const session = String(greeted.headers['mcp-session-id']);
  expect((await streamable(rpc(1, 'tools/call', read), session)).json.result).toEqual(kept);
  expect((await streamable(rpc(2, 'tools/call', write), session)).json.result).toEqual(refused);
  await heal();
  expect(sessions()).toEqual([['streamable', 'ready', 'test-agent']]);
  expect((await streamable(rpc(3, 'tools/call', write), session)).json.result).not.toEqual(refused);
});

test('[LG32] so does one on HTTP+SSE; one that has left by then is dropped', async () => {
  await fail();
  const agents = await Promise.all(
    ['stays', 'leaves'].map(async (name) => {
      const stream = await openStream(`${hub.url}/sse`, { headers: bearer(hub.key) });
      const post = await endpointOf(stream, hub.url);
      const send = (body: unknown) => ask(post, { headers: bearer(hub.key), body });
      await send(initialize('2025-11-25', name));
      await stream.message(({ id }) => id === 'init');
      return { stream, send };
    }),
  );
  const [stays, leaves] = agents;
  await stays?.send(rpc(1, 'tools/call', read));
  expect((await stays?.stream.message(({ id }) => id === 1))?.result).toEqual(kept);
  leaves?.stream.drop();
  await leaves?.stream.ended;
  await heal();
  await expect.poll(sessions).toEqual([
    ['sse', 'ready', 'stays'],
    ['sse', 'dropped', 'leaves'],
  ]);
  await stays?.send(rpc(2, 'tools/call', write));
  expect((await stays?.stream.message(({ id }) => id === 2))?.result).not.toEqual(refused);
});

test('[LG32] a client that names itself anew each time does not pile up meanwhile', async () => {
  await fail();
  for (let n = 0; n < 136; n++) expect(await stateless(read, `client-${n}`)).toEqual(kept);
  await heal();
  expect(sessions().length).toBe(128);
  expect(sessions().at(-1)).toEqual(['modern', 'ready', 'client-135']);
});

test('[LG33] a refused subscription that ends its session while the disk refuses writes ends nothing else', async () => {
  const { secret } = await hub.newKey('outsider');
  const uri = `signalbox://workspaces/${hub.workspace}/events`;
  const hidden = { code: 'not_found' };
  const listen = () =>
    ask(
      `${hub.url}/mcp`,
      statelessRequest(secret, 1, 'subscriptions/listen', { notifications: { resourceSubscriptions: [uri] } }),
    );
  const greeted = await streamable(initialize(), undefined, secret);
  const session = String(greeted.headers['mcp-session-id']);
  expect((await listen()).json.error?.data).toMatchObject(hidden);
  await fail();
  const refusedThere = await streamable(rpc(1, 'resources/subscribe', { uri }), session, secret);
  expect(refusedThere.json.error?.data).toMatchObject(hidden);
  expect((await listen()).json.error?.data).toMatchObject(hidden);
  expect(await stateless(read)).toEqual(kept);
});

test('[LG34] what an agent is notified of goes on when the disk refuses that it unsubscribes', async () => {
  const { hub: core } = hub.server;
  const stream = await openStream(`${hub.url}/sse`, { headers: bearer(hub.key) });
  const post = await endpointOf(stream, hub.url);
  const send = (body: unknown) => ask(post, { headers: bearer(hub.key), body });
  const uri = `signalbox://workspaces/${hub.workspace}/events`;
  await send(initialize());
  await send(rpc(1, 'resources/subscribe', { uri }));
  await stream.message(({ id }) => id === 1);
  await fail();
  await send(rpc(2, 'resources/unsubscribe', { uri }));
  expect(await stream.message(({ id }) => id === 2)).toHaveProperty('error');
  await heal();
  const written = untilEvent(core, ({ type }) => type === 'file.written');
  await stateless(write);
  await written;
  expect(await stream.message(({ method }) => method === 'notifications/resources/updated')).toMatchObject({
    params: { uri },
  });
  stream.drop();
});

test('[LG34] an agent that subscribes again while the disk refuses keeps the subscription that it had', async () => {
  const { hub: core } = hub.server;
  const { stream, send } = await sseAgent(hub.url, hub.key);
  const uri = `signalbox://workspaces/${hub.workspace}/events`;
  await send(rpc(1, 'resources/subscribe', { uri }));
  await stream.message(({ id }) => id === 1);
  await fail();
  await send(rpc(2, 'resources/subscribe', { uri }));
  expect(await stream.message(({ id }) => id === 2)).toHaveProperty('error');
  const other = `signalbox://workspaces/${hub.workspace}/locks`;
  await send(rpc(3, 'resources/subscribe', { uri: other }));
  expect(await stream.message(({ id }) => id === 3)).toHaveProperty('error');
  await heal();
  const written = untilEvent(core, ({ type }) => type === 'file.written');
  await stateless(write);
  await written;
  const notified = await stream.message(({ method }) => method === 'notifications/resources/updated');
  expect(notified).toMatchObject({ params: { uri } });
  stream.drop();
});

test('[LG32] a session that came back while the disk refused is written down as back with its next request', async () => {
  await stateless(read, 'returns');
  const threads: Worker[] = [];
  const seen = (thread: Worker): void => void threads.push(thread);
  process.on('worker', seen);
  await hub.restart();
  process.off('worker', seen);
  const failed = new Promise<void>((resolve) => hub.server.hub.onStorage(() => resolve()));
  await threads.find(({ threadName }) => threadName === 'log writer')?.terminate();
  await failed;
  expect(sessions()).toEqual([['modern', 'dropped', 'returns']]);
  expect(await stateless(read, 'returns')).toEqual(kept);
  await heal();
  expect(await stateless(read, 'returns')).toEqual(kept);
  expect(sessions()).toEqual([['modern', 'ready', 'returns']]);
});

test('[LG35] a session whose end cannot be written down is tried once, and again when the disk takes writes', async () => {
  const { hub: core } = hub.server;
  await streamable(initialize());
  const commit = core.commit.bind(core);
  const refuse = () => {
    throw new HubError('storage_failed', 'The disk is full.');
  };
  const committed = vi
    .spyOn(core, 'commit')
    .mockImplementation((rule, command, origin) =>
      (rule as unknown) === closeSession ? refuse() : commit(rule, command, origin),
    );
  const storage = vi.spyOn(core, 'storage', 'get').mockReturnValue({ status: 'failed', since: 0, message: 'full' });
  const tries = () => committed.mock.calls.filter(([rule]) => (rule as unknown) === closeSession).length;
  for (let minute = 0; minute < 5; minute++) for (let n = 0; n < 4; n++) clock.advance(15_000);
  expect(tries()).toBe(1);
  committed.mockRestore();
  storage.mockRestore();
  clock.advance(15_000);
  await expect.poll(sessions).toEqual([]);
});

test('[LG44] a session that takes over is not notified by subscriptions that the disk then loses', async () => {
  const { hub: core } = hub.server;
  const uri = `signalbox://workspaces/${hub.workspace}/events`;
  const first = await sseAgent(hub.url, hub.key);
  await first.call(1, 'resources/subscribe', { uri });
  const dropped = untilEvent(core, ({ type }) => type === 'session.dropped');
  first.stream.drop();
  await dropped;
  const opened = untilEvent(core, ({ type }) => type === 'session.opened');
  const stream = await openStream(`${hub.url}/sse`, { headers: bearer(hub.key) });
  const event = await opened;
  const id = event.type === 'session.opened' ? event.sessionId : '';
  await endpointOf(stream, hub.url);
  const failed = new Promise<void>((resolve) => core.onStorage(() => resolve()));
  // The writer is gone, and nobody knows of it yet when the session takes over.
  const ended = threads[0]?.terminate();
  clock.advance(1_000);
  expect(core.state.sessions.get(id)?.subscriptions).toEqual([uri]);
  await Promise.all([ended, failed]);
  await heal();
  expect(core.state.sessions.get(id)?.subscriptions ?? []).toEqual([]);
  const written = untilEvent(core, ({ type }) => type === 'file.written');
  await stateless(write);
  await written;
  expect(stream.events.some(({ data }) => data?.includes('resources/updated'))).toBe(false);
  stream.drop();
});
