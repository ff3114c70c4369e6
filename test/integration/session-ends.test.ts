import { afterEach, expect, test } from 'vitest';
import type { HubServerOptions } from '../../src/server/hub-server.ts';
import { type SseAgent, sseAgent } from '../support/agent.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { untilEvent } from '../support/until.ts';
import { ask, bearer, initialize, openStream, rpc } from '../support/wire-client.ts';

let hub: TestServer;

let clock: FakeClock;

afterEach(() => hub.close());

async function start(options: HubServerOptions = {}): Promise<void> {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers, ...options });
}

const agent = (secret: string): Promise<SseAgent> => sseAgent(hub.url, secret);

const closedOf = (session: string) =>
  untilEvent(hub.server.hub, (event) => event.type === 'session.closed' && event.sessionId === session);

test('[BC7] a session with nothing under way is closed after the idle time; one with a stream is not', async () => {
  await start({ sessionIdleMs: 30 * 60_000 });
  const one = await agent(hub.key);
  const answer = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const idle = String(answer.headers['mcp-session-id']);
  clock.advance(29 * 60_000);
  expect(hub.server.hub.state.sessions.has(idle)).toBe(true);
  const closed = closedOf(idle);
  clock.advance(2 * 60_000);
  expect(await closed).toMatchObject({ reason: 'It had been idle for 30 minutes.' });
  expect(
    (await ask(hub.server.mcp, { headers: { ...bearer(hub.key), 'mcp-session-id': idle }, body: rpc(1, 'ping') }))
      .status,
  ).toBe(404);
  expect((await one.call(1, 'ping')).result).toEqual({});
  const dropped = untilEvent(hub.server.hub, ({ type }) => type === 'session.dropped');
  one.stream.drop();
  await dropped;
  const gone = closedOf(one.session);
  clock.advance(31 * 60_000);
  await gone;
});

test('[BC32] a session without a stream is dropped when nothing is heard of it for five minutes, and resumed by what it sends', async () => {
  await start();
  const streaming = await agent(hub.key);
  const answer = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const id = String(answer.headers['mcp-session-id']);
  const statusOf = (session: string) => hub.server.hub.state.sessions.get(session)?.status;
  clock.advance(4 * 60_000);
  expect(statusOf(id)).toBe('ready');
  const dropped = untilEvent(hub.server.hub, ({ type }) => type === 'session.dropped');
  clock.advance(2 * 60_000);
  expect(await dropped).toMatchObject({ sessionId: id, reason: 'Nothing was heard of it for 5 minutes.' });
  expect(statusOf(streaming.session)).not.toBe('dropped');
  const headers = { ...bearer(hub.key), 'mcp-session-id': id };
  expect((await ask(hub.server.mcp, { headers, body: rpc(2, 'ping') })).json.result).toEqual({});
  expect(statusOf(id)).toBe('ready');
});

test('[BC34] a session whose client only looked is closed, one that did something or comes back is kept', async () => {
  await start();
  const core = hub.server.hub;
  const left = async (one: SseAgent): Promise<void> => {
    const dropped = untilEvent(core, (event) => event.type === 'session.dropped' && event.sessionId === one.session);
    one.stream.drop();
    await dropped;
  };
  const [looked, called, returned, late] = [
    await agent(hub.key),
    await agent(hub.key),
    await agent(hub.key),
    await agent(hub.key),
  ];
  for (const one of [looked, called, returned, late]) await one.call(1, 'tools/list');
  await called.call(2, 'tools/call', { name: 'whoami', arguments: {} });
  const last = returned.stream.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  for (const one of [looked, called, returned]) await left(one);
  const back = await openStream(`${hub.url}/sse`, { headers: { ...bearer(hub.key), 'last-event-id': last } });
  await back.next(({ event }) => event === 'endpoint');
  const closed = closedOf(looked.session);
  clock.advance(2_000);
  expect(await closed).toMatchObject({ reason: 'Its client only looked whether the hub is there.' });
  expect(core.state.sessions.get(called.session)?.status).toBe('dropped');
  expect(core.state.sessions.get(returned.session)?.status).toBe('ready');
  // Who was there for longer is an agent whose person says nothing yet.
  clock.advance(10_000);
  await left(late);
  clock.advance(2_000);
  expect(core.state.sessions.get(late.session)?.status).toBe('dropped');
  back.drop();
});

test('[BC34] one that only looked does not stand in for an agent that comes back without naming its session', async () => {
  await start();
  const core = hub.server.hub;
  const working = await agent(hub.key);
  await working.call(1, 'tools/call', { name: 'whoami', arguments: {} });
  const looked = await agent(hub.key);
  await looked.call(1, 'tools/list');
  for (const one of [working, looked]) {
    const dropped = untilEvent(core, (event) => event.type === 'session.dropped' && event.sessionId === one.session);
    one.stream.drop();
    await dropped;
  }
  const taken = closedOf(working.session);
  const before = core.state.sessions.get(working.session);
  const silent = await openStream(`${hub.url}/sse`, { headers: bearer(hub.key) });
  const { data } = await silent.next(({ event }) => event === 'endpoint');
  await ask(new URL(data ?? '', hub.url).href, { headers: bearer(hub.key), body: rpc(2, 'tools/list') });
  expect(await taken).toMatchObject({ reason: expect.stringMatching(/^Its client came back as ses_/u) });
  const now = [...core.state.sessions.values()].find(({ status }) => status === 'ready');
  expect(now).toMatchObject({ agent: before?.agent, client: before?.client });
  silent.drop();
});
