import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limitTable } from '../../src/hub/limits.ts';
import { framesOf } from '../support/recorded.ts';
import { acquireLock } from '../../src/hub/rules/locks.ts';
import type { SessionState } from '../../src/protocol/state.ts';
import { statelessHeaders, statelessMeta, statelessRequest } from '../support/agent.ts';
import { dataDirOf010 } from '../support/earlier-version.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { nextOf } from '../support/until.ts';
import { ask, openStream, rpc, type WireAnswer, type WireStream } from '../support/wire-client.ts';
import type { Wire } from '../../src/protocol/wire-names.ts';

const STATELESS: Wire = 'modern';
let hub: TestServer;
let clock: FakeClock;
let mcp: string;
beforeEach(async () => {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers });
  mcp = hub.server.mcp;
});
afterEach(() => hub.close());

const eventsOf = (workspace = hub.workspace): string => `signalbox://workspaces/${workspace}/events`;

function sessionsOf(client: string): SessionState[] {
  const all = [...hub.server.hub.state.sessions.values()];
  return all.filter((session) => session.wire === STATELESS && session.client?.name === client);
}

function sessionOf(client: string): SessionState {
  const [session] = sessionsOf(client);
  if (!session) throw new Error(`There is no session of ${client}`);
  return session;
}

/** Answered as JSON. */
function request(client: string, method: string, params: Record<string, unknown> = {}, id = 1): Promise<WireAnswer> {
  const sent = statelessRequest(hub.key, id, method, params, client);
  return ask(mcp, { ...sent, headers: { ...sent.headers, accept: 'application/json' } });
}

/** A listen stream that has been acknowledged. */
async function listening(client: string, notifications: Record<string, unknown>, id = 1): Promise<WireStream> {
  const stream = await openStream(
    mcp,
    statelessRequest(hub.key, id, 'subscriptions/listen', { notifications }, client),
  );
  expect(await stream.message()).toMatchObject({ method: 'notifications/subscriptions/acknowledged' });
  return stream;
}

const write = (path: string, workspace = hub.workspace) =>
  hub.server.files.write(human, { workspace, path, content: Buffer.from('x'), source: 'import' });

test('[BC32] [BC36] a client that closed its last listen stream is gone, unless it is heard of at once', async () => {
  const core = hub.server.hub;
  const leave = async (): Promise<void> => {
    const stream = await listening('leaves', { resourceSubscriptions: [eventsOf()] });
    const noticed = nextOf(core, 'session.unsubscribed');
    stream.drop();
    await noticed;
  };
  await leave();
  await request('leaves', 'tools/list');
  clock.advance(2_000);
  expect(sessionOf('leaves').status).toBe('ready');
  await leave();
  const before = sessionOf('leaves');
  const closed = nextOf(core, 'session.closed');
  clock.advance(2_000);
  expect(await closed).toMatchObject({ sessionId: before.id, reason: 'The agent closed the connection.' });
  expect(sessionsOf('leaves')).toEqual([]);
  await request('leaves', 'tools/list');
  expect(sessionOf('leaves')).toMatchObject({ status: 'ready', agent: before.agent });
  expect(sessionOf('leaves').id).not.toBe(before.id);
});

test('[BC32] [BC36] a client that never listened is gone when nothing is heard of it for five minutes, also after a restart', async () => {
  await request('posts', 'tools/list');
  await request('stays', 'tools/list');
  clock.advance(4 * 60_000);
  await request('stays', 'tools/list');
  const closed = nextOf(hub.server.hub, 'session.closed');
  clock.advance(2 * 60_000);
  expect(await closed).toMatchObject({ reason: 'Nothing was heard of it for 5 minutes.' });
  expect([sessionsOf('posts').length, sessionsOf('stays').length]).toEqual([0, 1]);
  await hub.restart();
  mcp = hub.server.mcp;
  expect(sessionOf('stays').status).toBe('dropped');
  const over = nextOf(hub.server.hub, 'session.closed');
  clock.advance(6 * 60_000);
  await over;
  expect(sessionsOf('stays')).toEqual([]);
});

test('[MD2] another version of a client is a session of its own; what has no name goes by its User-Agent', async () => {
  const as = (info: unknown, userAgent = 'agent/1.0') =>
    ask(mcp, {
      headers: { ...statelessHeaders(hub.key, 'tools/list'), 'user-agent': userAgent },
      body: rpc(1, 'tools/list', {
        _meta: { ...statelessMeta('x'), 'io.modelcontextprotocol/clientInfo': info },
      }),
    });
  await as({ name: 'same', version: '1' });
  await as({ name: 'same', version: '2' });
  await as({ name: 'same', version: '1' });
  expect(sessionsOf('same').map(({ client }) => client?.version)).toEqual(['1', '2']);
  for (const info of [undefined, {}, { name: '' }, { name: 7 }]) await as(info, 'nameless/3.0');
  expect(sessionsOf('nameless/3.0')).toHaveLength(1);
});

test('[MD11] a key that names its client anew each time has at most 128 sessions on this wire', async () => {
  const { secret, keyId } = await hub.newKey('many', 'viewer');
  for (let n = 0; n < 136; n += 1) {
    clock.advance(10);
    await ask(mcp, statelessRequest(secret, 1, 'tools/list', {}, `one-${n}`));
  }
  const sessions = [...hub.server.hub.state.sessions.values()].filter((session) => session.keyId === keyId);
  expect(sessions.map(({ client }) => client?.name)).toEqual(Array.from({ length: 128 }, (_, n) => `one-${n + 8}`));
});

test('[MD15] after a restart of the hub a client is in its session again, without its subscriptions', async () => {
  await listening('returns', { resourceSubscriptions: [eventsOf()] });
  const before = sessionOf('returns');
  expect(before.subscriptions).toEqual([eventsOf()]);
  await hub.restart();
  mcp = hub.server.mcp;
  expect((await request('returns', 'tools/list')).status).toBe(200);
  expect(sessionsOf('returns')).toMatchObject([{ id: before.id, status: 'ready', subscriptions: [] }]);
});

test('[MD15] so is one whose hub was killed while it listened', async () => {
  await using earlier = await dataDirOf010('killed');
  const { dataDir, facts } = earlier;
  const now = new FakeClock(facts.closed.at + 1000);
  const killed = await startTestHub({ dataDir, now: now.now, timers: now.timers });
  const session = () =>
    [...killed.server.hub.state.sessions.values()].filter(({ client }) => client?.name === 'reader-agent');
  const [before] = session();
  expect(before).toMatchObject({ status: 'dropped', subscriptions: [expect.stringContaining('/events')] });
  const sent = statelessRequest(facts.keys.reader, 1, 'tools/list', {}, 'reader-agent');
  expect((await ask(killed.server.mcp, sent)).status).toBe(200);
  expect(session()).toMatchObject([{ id: before?.id, status: 'ready', subscriptions: [] }]);
  await killed.close();
});

test('[MD16] progress is sent with the token that the client chose, also with 0', async () => {
  const holder = await hub.newKey('holder', 'editor');
  const core = hub.server.hub;
  const holding = { actor: { kind: 'agent', key: holder.keyId } } as const;
  const lock = { workspace: hub.workspace, path: 'held.md', ttlMs: 3_600_000, waitMs: 0 };
  await core.execute(acquireLock, lock, holding);
  for (const progressToken of [0, 'p', 7]) {
    const { secret } = await hub.newKey(`waits ${progressToken}`, 'editor');
    const call = { name: 'lock_acquire', arguments: { path: 'held.md', wait_ms: 600_000 } };
    const sent = statelessRequest(secret, 4, 'tools/call', call);
    (sent.body as { params: { _meta: Record<string, unknown> } }).params._meta['progressToken'] = progressToken;
    const queued = nextOf(core, 'lock.queued');
    const opening = openStream(mcp, sent);
    await queued;
    clock.advance(10_000);
    const stream = await opening;
    const progress = await stream.message(({ method }) => method === 'notifications/progress');
    expect(progress.params).toMatchObject({ progressToken });
    const left = nextOf(core, 'lock.refused');
    stream.drop();
    await left;
  }
});

test('[FR9] each request has one head and one answer among the frames, with its kind, its cause and its time', async () => {
  clock.advance(120_000);
  for (let n = 0; n < 3; n += 1) await request('framed', 'tools/list', {}, n);
  await request('framed', 'prompts/get', { name: 'none' }, 8);
  await request('framed', 'tools/call', { name: 'file_read', arguments: { path: 'none' } }, 9);
  const frames = await framesOf(hub.server.recorder, sessionOf('framed').id);
  const shape = frames.map(({ direction, kind, label, errorCode }) => [direction, kind, label, errorCode]);
  const answered = (label: string, kind: string, code?: unknown) => [
    ['in', 'http', 'POST /mcp', undefined],
    ['in', 'request', label, undefined],
    ['out', kind, label, code],
  ];
  expect(shape).toEqual([
    ...Array.from({ length: 3 }, () => answered('tools/list', 'response')).flat(),
    ...answered('prompts/get', 'error', -32_602),
    ...answered('tools/call', 'response', 'not_found'),
  ]);
  for (const [at, frame] of frames.entries()) {
    if (frame.direction !== 'out') continue;
    expect(frame).toMatchObject({ replyTo: frames[at - 1]?.id, rpcId: frames[at - 1]?.rpcId });
    expect(frame.latencyMs).toBeGreaterThanOrEqual(0);
    expect(frame.latencyMs).toBeLessThan(60_000);
  }
});

test('[BC9] what a listen stream was sent is counted, and when its bytes were taken is known', async () => {
  const stream = await listening('counted', { resourceSubscriptions: [eventsOf()] });
  const { id } = sessionOf('counted');
  clock.advance(5_000);
  const { seq } = await write('counted.txt');
  await stream.message();
  expect(hub.server.deliveries.of(seq)).toMatchObject([
    { sessionId: id, sentAt: clock.now(), receivedAt: clock.now() },
  ]);
  const pulse = new Promise((resolve) => {
    hub.server.hub.onTick((tick) => tick.type === 'session.pulse' && tick.sessionId === id && resolve(tick));
  });
  clock.advance(250);
  // The acknowledgement and the notification.
  expect(await pulse).toMatchObject({ traffic: { framesIn: 1, framesOut: 2 } });
  stream.drop();
});

test('[LM8] a key has 128 clients of the stateless wire; for one more a quiet one goes, and none with a call or a stream open', async () => {
  expect(limitTable['stateless-sessions-per-key'].value).toBe(128);
  const names = Array.from({ length: 128 }, (_, n) => `client ${n}`);
  const stream = await listening('client 0', { resourceSubscriptions: [eventsOf()] });
  const leave = new AbortController();
  const call = { name: 'event_wait', arguments: { timeout_ms: 50_000 } };
  const { headers, body } = statelessRequest(hub.key, 1, 'tools/call', call, 'client 1');
  const waiting = fetch(mcp, {
    method: 'POST',
    signal: leave.signal,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  await vi.waitUntil(() => hub.server.inUse.waits.all === 1);
  for (const client of names.slice(2)) {
    clock.advance(1_000);
    await request(client, 'tools/list');
  }
  const there = () => names.filter((client) => sessionsOf(client).length > 0);
  expect(there()).toEqual(names);
  await request('one more', 'tools/list');
  expect(there()).toEqual(names.filter((client) => client !== 'client 2'));
  await request('two more', 'tools/list');
  expect(there()).toEqual(names.filter((client) => !['client 2', 'client 3'].includes(client)));
  leave.abort();
  await waiting;
  stream.drop();
});
