import { randomUUID } from 'node:crypto';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/sse.js';
import { Client as Client2, SSEClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import { forceReleaseLock } from '../../src/hub/rules/locks.ts';
import type { EventType, HubEvent } from '../../src/protocol/events.ts';
import type { SessionState } from '../../src/protocol/state.ts';
import { CuttableLine } from '../support/cuttable-line.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { takeLock } from '../support/take-lock.ts';
import { dropStream, nextOf, untilEvent } from '../support/until.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc, type WireStream } from '../support/wire-client.ts';

const human: Origin = { actor: { kind: 'human' } };
let hub: TestServer;
let line: CuttableLine;
const leaving: (() => unknown)[] = [];
beforeAll(async () => {
  hub = await startTestHub();
  line = await CuttableLine.to(Number(new URL(hub.url).port));
});
afterEach(async () => {
  for (const leave of leaving.splice(0)) await leave();
});
afterAll(async () => {
  await line.close();
  await hub.close();
});

const uri = (facet = 'events'): string => `signalbox://workspaces/${hub.workspace}/${facet}`;
const write = (path: string, text = 'x'): Promise<unknown> =>
  hub.server.files.write(human, { workspace: hub.workspace, path, content: Buffer.from(text), source: 'import' });
const sessionOf = (name: string): SessionState | undefined =>
  [...hub.server.hub.state.sessions.values()].find(({ client }) => client?.name === name);

/** Resolves when an event of this type has been sent to all these sessions. */
async function all(type: EventType, sessions: readonly (string | undefined)[]): Promise<void> {
  const of = (id: string | undefined) => (event: HubEvent) =>
    event.type === type && 'sessionId' in event && event.sessionId === id;
  await Promise.all(sessions.map((id) => untilEvent(hub.server.hub, of(id))));
}

/** An official client at the other end of the line, and the paths of the files that it is notified of. */
async function official(version: 'client 1.x' | 'client 2.x', name: string, secret: string) {
  const url = new URL(`http://127.0.0.1:${line.port}/sse`);
  const options = { requestInit: { headers: bearer(secret) } };
  const client = version === 'client 1.x' ? new Client1({ name, version: '1' }) : new Client2({ name, version: '1' });
  if (client instanceof Client1) await client.connect(new Transport1(url, options));
  else await client.connect(new Transport2(url, options));
  leaving.push(() => client.close());
  const notified: unknown[] = [];
  const woken = new Set<() => void>();
  client.fallbackNotificationHandler = async ({ params }: { params?: unknown }) => {
    const meta = (params as { _meta?: Record<string, { path?: string }> })._meta;
    notified.push(meta?.['dev.signalbox/event']?.path);
    for (const wake of woken) wake();
  };
  return {
    name,
    session: sessionOf(name)?.id,
    notified,
    async untilTold(path: string): Promise<void> {
      while (!notified.includes(path)) await new Promise<void>((resolve) => woken.add(resolve));
    },
    subscribe: (to: string) => client.subscribeResource({ uri: to }),
    call: (tool: string, args: Record<string, unknown>) => client.callTool({ name: tool, arguments: args }),
    close: () => client.close(),
  };
}

/** Somebody else takes the lock on a path; answers how to release it. */
async function holds(path: string): Promise<() => Promise<void>> {
  const holder = await hub.newKey(`holder of ${path}`, 'editor');
  const { lockId } = await takeLock(
    hub.server,
    { actor: { kind: 'agent', key: holder.keyId } },
    { workspace: hub.workspace, path, ttlMs: 3_600_000, waitMs: 0 },
  );
  return () => hub.server.hub.execute(forceReleaseLock, { workspace: hub.workspace, path, lockId }, human);
}

for (const version of ['client 1.x', 'client 2.x'] as const) {
  test(`[SS16] ${version}: a call that waits keeps its place when its connection is lost, and is answered`, async () => {
    const { secret } = await hub.newKey(`ss16 ${version}`, 'editor');
    const agent = await official(version, `ss16 ${version}`, secret);
    const path = `ss16-${version}.txt`;
    const releaseIt = await holds(path);
    const queued = nextOf(hub.server.hub, 'lock.queued');
    const call = agent.call('lock_acquire', { path, wait_ms: 50_000 });
    await queued;
    const refused: HubEvent[] = [];
    const stop = hub.server.hub.subscribe((batch) =>
      refused.push(...batch.map(({ event }) => event).filter(({ type }) => type === 'lock.refused')),
    );
    const back = all('session.resumed', [agent.session]);
    line.cut();
    line.mend();
    await back;
    await releaseIt();
    expect(await call).toMatchObject({ structuredContent: { path, fence: expect.any(Number) } });
    expect(refused).toEqual([]);
    stop();
    expect((await agent.call('whoami', {})).structuredContent).toMatchObject({ session_id: agent.session });
  });
}

test('[SS16] an answer made while the client is away comes when it is back, whoever else of its key has dropped', async () => {
  const { secret } = await hub.newKey('ss16', 'editor');
  const gone = await official('client 1.x', 'ss16 gone', secret);
  await gone.subscribe(uri('locks'));
  const closed = all('session.dropped', [gone.session]);
  await gone.close();
  await closed;
  const agent = await official('client 1.x', 'ss16 away', secret);
  await agent.subscribe(uri('locks'));
  const releaseIt = await holds('ss16.txt');
  const queued = nextOf(hub.server.hub, 'lock.queued');
  const call = agent.call('lock_acquire', { path: 'ss16.txt', wait_ms: 50_000 });
  await queued;
  const dropped = all('session.dropped', [agent.session]);
  line.cut();
  await dropped;
  const granted = nextOf(hub.server.hub, 'lock.acquired');
  await releaseIt();
  await granted;
  line.mend();
  expect(await call).toMatchObject({ structuredContent: { path: 'ss16.txt' } });
});

test('[SS17] agents that share a key are each in their own session again after a restart of the hub', async () => {
  const { secret } = await hub.newKey('ss17', 'editor');
  const agents = [];
  for (const name of ['ss17 a', 'ss17 b']) agents.push(await official('client 1.x', name, secret));
  const [first, second] = agents;
  await first?.subscribe(uri());
  await second?.subscribe(uri('locks'));
  const sessions = agents.map(({ session }) => session);
  line.cut();
  await hub.restart();
  const back = all('session.resumed', sessions);
  line.mend();
  await back;
  for (const agent of agents) {
    expect((await agent.call('whoami', {})).structuredContent).toMatchObject({ session_id: agent.session });
  }
  await write('ss17.txt');
  await first?.untilTold('ss17.txt');
  expect(second?.notified).toEqual([]);
});

interface Raw {
  readonly stream: WireStream;
  readonly post: string;
  readonly session: string;
}

/** A client of our own, with what it sends by itself. */
async function raw(headers: Record<string, string>): Promise<Raw> {
  const stream = await openStream(`${hub.url}/sse`, { headers });
  leaving.push(() => stream.drop());
  const post = await endpointOf(stream, hub.url);
  return { stream, post, session: new URL(post).searchParams.get('sessionId') ?? '' };
}

/** One that greets and subscribes. */
async function greeted(headers: Record<string, string>, ...uris: string[]): Promise<Raw> {
  const agent = await raw(headers);
  await ask(agent.post, { headers, body: initialize() });
  await agent.stream.message(({ id }) => id === 'init');
  for (const one of uris) {
    await ask(agent.post, { headers, body: rpc(one, 'resources/subscribe', { uri: one }) });
    await agent.stream.message(({ id }) => id === one);
  }
  return agent;
}

test('[SS18] who cannot say which of several it was gets what any of them subscribed to, of its own key alone', async () => {
  const { secret } = await hub.newKey('ss18', 'editor');
  const other = await hub.newKey('ss18 other', 'editor');
  const headers = { ...bearer(secret), 'user-agent': 'node' };
  const a = await greeted(headers, uri('jobs'));
  const b = await greeted(headers, uri('locks'));
  const nothing = await greeted(headers);
  const theirs = await greeted({ ...bearer(other.secret), 'user-agent': 'node' }, uri());
  for (const { stream, session } of [a, b, nothing, theirs]) await dropStream(hub.server.hub, stream, session);

  const silent = await raw(headers);
  await ask(silent.post, { headers, body: rpc(1, 'tools/list') });
  await silent.stream.message(({ id }) => id === 1);
  expect(hub.server.hub.state.sessions.get(silent.session)?.subscriptions).toEqual([uri('jobs'), uri('locks')]);

  // This one is known to have had a session, is asked for it, and does not say.
  const mute = await raw({ ...headers, 'mcp-protocol-version': '2025-11-25' });
  expect(mute.stream.events.find(({ data }) => data?.includes('"ping"'))).toBeDefined();
  expect(hub.server.hub.state.sessions.get(mute.session)?.subscriptions).toEqual([uri('jobs'), uri('locks')]);
  expect([a, b, theirs].map(({ session }) => hub.server.hub.state.sessions.get(session)?.status)).toEqual([
    'dropped',
    'dropped',
    'dropped',
  ]);
});

test('[SS18] what another key answers to the question who is back changes nothing', async () => {
  const { secret } = await hub.newKey('ss18 asked', 'editor');
  const other = await hub.newKey('ss18 thief', 'editor');
  const headers = { ...bearer(secret), 'user-agent': 'undici', 'mcp-protocol-version': '2025-11-25' };
  const mine = await greeted(headers, uri('jobs'));
  await dropStream(hub.server.hub, mine.stream, mine.session);
  const theirs = await greeted(bearer(other.secret));
  const stream = await openStream(`${hub.url}/sse`, { headers });
  leaving.push(() => stream.drop());
  const { id } = await stream.message(({ method }) => method === 'ping');
  const reply = { jsonrpc: '2.0', id, result: {} };
  expect((await ask(theirs.post, { headers: bearer(other.secret), body: reply })).status).toBe(202);
  expect((await ask(mine.post, { headers: bearer(other.secret), body: reply })).status).toBe(404);
  expect((await ask(mine.post, { headers, body: reply })).status).toBe(202);
  expect(await endpointOf(stream, hub.url)).toBe(mine.post);
});

test.each([
  'python-httpx/0.28.1',
  'Python/3.12 aiohttp/3.11.0',
  'my-agent/1 node',
  'Mozilla/5.0 (X11; Linux x86_64)',
  'okhttp/5.0.0',
  'Go-http-client/2.0',
  '',
])(
  '[SS36] the first event of a stream is `endpoint`, also for %j that shows a revision and had a session',
  async (userAgent) => {
    const { secret } = await hub.newKey(`ss36 ${randomUUID()}`, 'editor');
    const agent: Record<string, string> = userAgent === '' ? {} : { 'user-agent': userAgent };
    // The official Python client sends all of its headers with each request, as people configured them.
    const headers = { ...bearer(secret), ...agent, 'mcp-protocol-version': '2025-11-25' };
    const first = await greeted(headers, uri('jobs'));
    await dropStream(hub.server.hub, first.stream, first.session);
    const back = await raw(headers);
    expect(back.stream.events.find(({ comment }) => comment === undefined)).toMatchObject({ event: 'endpoint' });
    // It goes on without `initialize`, as one that lost its stream: its subscriptions are there.
    await ask(back.post, { headers, body: rpc(1, 'tools/list') });
    await back.stream.message(({ id }) => id === 1);
    expect(hub.server.hub.state.sessions.get(back.session)?.subscriptions).toEqual([uri('jobs')]);
    expect(back.stream.events.some(({ data }) => data?.includes('"ping"'))).toBe(false);
  },
);

test('[SS36] a client that begins anew while others of its key are there greets and is not asked', async () => {
  const { secret } = await hub.newKey('ss36 anew', 'editor');
  const headers = { ...bearer(secret), 'user-agent': 'python-httpx/0.28.1', 'mcp-protocol-version': '2025-11-25' };
  const [one, two] = [await greeted(headers), await greeted(headers)];
  expect(two.session).not.toBe(one.session);
  for (const { stream } of [one, two]) {
    expect(stream.events.find(({ comment }) => comment === undefined)).toMatchObject({ event: 'endpoint' });
  }
});
