import { frameOf, framesOf } from '../support/recorded.ts';
import { afterEach, expect, test } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import { connections } from '../../src/sandbox/connect-by-wire.ts';
import type { Tick } from '../../src/protocol/ticks.ts';
import type { HubServerOptions } from '../../src/server/hub-server.ts';
import { type SseAgent, sseAgent } from '../support/agent.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { untilEvent } from '../support/until.ts';
import { ask, bearer, initialize, openStream, rpc, type RpcJson } from '../support/wire-client.ts';

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

const eventIn = (message: RpcJson) =>
  message.params?._meta?.['dev.signalbox/event'] as { type: string; path: string; seq: number; cause: string };

test('[BC1] each subscriber is notified each event once, in order, also in a burst, and nobody else', async () => {
  await start();
  const agents = await Promise.all(Array.from({ length: 8 }, () => agent(hub.key)));
  const [quiet, ...subscribed] = agents;
  for (const one of subscribed) await one.call(1, 'resources/subscribe', { uri: uri() });
  const all = Promise.all(Array.from({ length: 40 }, (_, index) => write(`burst-${index}.txt`)));
  for (const one of subscribed) {
    const seqs: number[] = [];
    while (seqs.length < 40)
      seqs.push(eventIn(await one.stream.message(({ method }) => method?.endsWith('updated') === true)).seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(new Set(seqs).size).toBe(40);
  }
  await all;
  await quiet?.call(2, 'ping');
  expect(quiet?.stream.events.some(({ data }) => data?.includes('resources/updated'))).toBe(false);
});

test('[BC2] a narrower resource is notified of its own changes; who set a logging level gets messages from it on', async () => {
  await start();
  const one = await agent(hub.key);
  await one.call(1, 'resources/subscribe', { uri: uri('files/wanted.txt') });
  await one.call(2, 'logging/setLevel', { level: 'info' });
  expect(await one.call(3, 'logging/setLevel', { level: 'loud' })).toMatchObject({ error: { code: -32_602 } });
  await write('other.txt');
  await write('wanted.txt');
  const updated = await one.stream.message(({ method }) => method === 'notifications/resources/updated');
  expect(updated.params?.uri).toBe(uri('files/wanted.txt'));
  expect(eventIn(updated).path).toBe('wanted.txt');
  const logged = await one.stream.message(({ method }) => method === 'notifications/message');
  expect(logged.params).toMatchObject({
    level: 'info',
    logger: 'signalbox',
    data: { type: 'file.written', path: 'other.txt' },
  });
  await one.call(4, 'resources/unsubscribe', { uri: uri('files/wanted.txt') });
  await write('wanted.txt', 'again');
  await one.call(5, 'ping');
  expect(one.stream.events.filter(({ data }) => data?.includes('resources/updated'))).toHaveLength(1);
});

test('[BC6] every stream shows life at each turn of the keep-alive', async () => {
  await start();
  const one = await agent(hub.key);
  const answer = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const get = await openStream(hub.server.mcp, {
    headers: { ...bearer(hub.key), 'mcp-session-id': String(answer.headers['mcp-session-id']) },
  });
  const life = Promise.all([one.stream, get].map((stream) => stream.next(({ comment }) => comment === 'ping')));
  clock.advance(15_000);
  await life;
});

test('[BC8] a reader that is too slow is cut off with a reason, and goes on where it was', async () => {
  await start({ streamQueueBytes: 64 * 1024 });
  const one = await agent(hub.key);
  await one.call(1, 'resources/subscribe', { uri: uri() });
  const last = one.stream.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  const dropped = untilEvent(
    hub.server.hub,
    (event) => event.type === 'session.dropped' && event.sessionId === one.session,
  );
  one.stream.pause();
  // Loopback sockets hold megabytes, so what is sent here is long: a reason of 50 KB.
  let over = false;
  void dropped.then(() => (over = true));
  let written = 0;
  while (!over) {
    const event = {
      type: 'upload.cancelled',
      workspace: hub.workspace,
      uploadId: `upl_${written++}`,
      path: 'x',
      reason: 'r'.repeat(50_000),
    } as const;
    await hub.server.hub.record([event], human).durable;
  }
  expect(await dropped).toMatchObject({ reason: expect.stringContaining('read too slowly') });
  const back = await openStream(`${hub.url}/sse`, { headers: { ...bearer(hub.key), 'last-event-id': last } });
  const notified: unknown[] = [];
  while (notified.length < written) {
    const message = await back.message(({ method }) => method === 'notifications/resources/updated');
    notified.push((eventIn(message) as { uploadId?: string }).uploadId);
  }
  expect(notified).toEqual(Array.from({ length: written }, (_, index) => `upl_${index}`));
  back.drop();
});

test('[BC9] the frame of a request is the cause of what it led to, and who was sent a file’s event is known', async () => {
  await start();
  const one = await agent(hub.key);
  await one.call(1, 'resources/subscribe', { uri: uri() });
  const answer = await one.call(2, 'tools/call', { name: 'file_write', arguments: { path: 'bc9.txt', text: 'x' } });
  expect(answer.result).toHaveProperty('structuredContent');
  const event = eventIn(await one.stream.message(({ method }) => method === 'notifications/resources/updated'));
  const { recorder, deliveries } = hub.server;
  expect(await frameOf(recorder, event.cause)).toMatchObject({
    frame: { sessionId: one.session, kind: 'request', label: 'tools/call', detail: 'file_write', rpcId: 2 },
    body: expect.stringContaining('bc9.txt'),
  });
  const [receipt] = deliveries.of(event.seq);
  expect(receipt).toMatchObject({ sessionId: one.session, sentAt: expect.any(Number), receivedAt: expect.any(Number) });
  const kept = await framesOf(recorder, one.session);
  expect(kept.find(({ id }) => id === recorder.idOf(Number(receipt?.frame ?? 0)))).toMatchObject({
    kind: 'notification',
    direction: 'out',
  });
  expect(kept.map(({ label }) => label).slice(0, 3)).toEqual(['GET /sse', 'comment', 'endpoint']);
  expect(kept.findLast(({ kind }) => kind === 'response')).toMatchObject({
    replyTo: event.cause,
    latencyMs: expect.any(Number),
  });
  expect(JSON.stringify(await Promise.all(kept.map(({ id }) => recorder.get(id))))).not.toContain(hub.key);
});

test('[BC20] each step in which a session begins has the frame that caused it, on every wire', async () => {
  await start();
  const { recorder, hub: log } = hub.server;
  for (const connect of Object.values(connections)) {
    const from = log.state.seq;
    const handlers = { onEvent: () => undefined, onLost: () => undefined };
    const link = await connect({ url: hub.url, key: hub.key, name: 'steps', subscribeTo: uri(), ...handlers });
    await log.durable();
    const events = await log.audit.after(from, 100);
    const opened = events.find(({ type }) => type === 'session.opened');
    if (opened?.type !== 'session.opened') throw new Error('A session was opened.');
    const { sessionId } = opened;
    const steps = events.filter(
      (event) => event.type.startsWith('session.') && 'sessionId' in event && event.sessionId === sessionId,
    );
    expect(steps.map(({ type }) => type)).toEqual(['session.opened', 'session.initialized', 'session.subscribed']);
    const causes = await Promise.all(steps.map(async ({ cause }) => (await frameOf(recorder, cause))?.frame));
    for (const frame of causes) expect(frame).toMatchObject({ direction: 'in', sessionId });
    // The head of the request that opened it is kept once.
    const frames = await framesOf(recorder, sessionId);
    const heads = frames.filter(({ kind }) => kind === 'http');
    expect(heads[0]).toMatchObject({ id: opened.cause, status: 200 });
    const posts = frames.filter(({ kind, direction }) => direction === 'in' && kind !== 'http');
    expect(heads.filter(({ label }) => label.startsWith('POST'))).toHaveLength(posts.length);
    await link.close();
  }
});

test('[BC10] a session’s pulse tells its traffic and what it waits for, four times a second at most', async () => {
  await start();
  const one = await agent(hub.key);
  const ticks: Tick[] = [];
  hub.server.hub.onTick((tick) => ticks.push(tick));
  const queued = untilEvent(hub.server.hub, ({ type }) => type === 'session.subscribed');
  void one.send(rpc(5, 'tools/call', { name: 'event_wait', arguments: { types: ['job.failed'], timeout_ms: 50_000 } }));
  await one.call(6, 'resources/subscribe', { uri: uri() });
  await queued;
  clock.advance(300);
  const pulses = ticks.filter((tick) => tick.type === 'session.pulse' && tick.sessionId === one.session);
  expect(pulses).toHaveLength(1);
  expect(pulses[0]).toMatchObject({
    calling: [{ tool: 'event_wait', cause: expect.stringContaining('frm_') }],
    traffic: { framesIn: expect.any(Number) },
    isOpen: true,
  });
});

test('[BC10] of a client that only posts the pulse says that nothing of it is open once it has its answer', async () => {
  await start();
  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const session = opened.headers['mcp-session-id'];
  const headers = { ...bearer(hub.key), 'Mcp-Session-Id': String(session) };
  const ticks: Tick[] = [];
  hub.server.hub.onTick((tick) => ticks.push(tick));
  await ask(hub.server.mcp, { headers, body: rpc(2, 'ping') });
  clock.advance(300);
  const pulses = ticks.filter((tick) => tick.type === 'session.pulse' && tick.sessionId === session);
  expect(pulses).toMatchObject([{ isOpen: false, calling: [] }]);
});

test('[BC11] when the hub closes, streams end, waiting calls with them, and the sessions stay for their return', async () => {
  await start();
  const one = await agent(hub.key);
  await one.send(
    rpc(5, 'tools/call', { name: 'event_wait', arguments: { types: ['job.failed'], timeout_ms: 50_000 } }),
  );
  await hub.restart();
  await one.stream.ended;
  expect(hub.server.hub.state.sessions.get(one.session)).toMatchObject({ status: 'dropped' });
});

test('[BC12] a cancelled call is let go of and not answered', async () => {
  await start();
  const one = await agent(hub.key);
  await one.send(
    rpc(5, 'tools/call', { name: 'event_wait', arguments: { types: ['job.failed'], timeout_ms: 50_000 } }),
  );
  const called = untilEvent(hub.server.hub, ({ type }) => type === 'tool.called');
  await one.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } });
  await called;
  await one.call(6, 'ping');
  expect(one.stream.events.some(({ data }) => data?.includes('"id":5'))).toBe(false);
});

test('[BC12] of two calls whose ids differ by their type alone, one is cancelled', async () => {
  await start();
  const one = await agent(hub.key);
  const wait = { name: 'event_wait', arguments: { types: ['file.written'], timeout_ms: 50_000 } };
  for (const id of [1, '1', '01']) await one.send(rpc(id, 'tools/call', wait));
  const called = untilEvent(hub.server.hub, ({ type }) => type === 'tool.called');
  await one.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: '1' } });
  await called;
  await write('a.md');
  expect((await one.stream.message(({ id }) => id === 1)).result).toBeDefined();
  expect((await one.stream.message(({ id }) => id === '01')).result).toBeDefined();
  await one.call(6, 'ping');
  expect(one.stream.events.some(({ data }) => data?.includes('"id":"1"'))).toBe(false);
});
