import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import type { EventType, HubEvent } from '../../src/protocol/events.ts';
import { CuttableLine } from '../support/cuttable-line.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { dropStream, untilEvent } from '../support/until.ts';
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

/** Resolves when an event of this type has been sent to all these sessions. */
async function all(type: EventType, sessions: readonly (string | undefined)[]): Promise<void> {
  const of = (id: string | undefined) => (event: HubEvent) =>
    event.type === type && 'sessionId' in event && event.sessionId === id;
  await Promise.all(sessions.map((id) => untilEvent(hub.server.hub, of(id))));
}

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

const reading = (id: number): unknown =>
  rpc(id, 'tools/call', { name: 'file_read', arguments: { path: 'big.txt', max_bytes: 1_048_576 } });
const called = (session: string): Promise<HubEvent> =>
  untilEvent(hub.server.hub, (event) => event.type === 'tool.called' && event.sessionId === session);
/** Ids, from 100 to 199, of the calls that were answered on a stream. */
const answersOn = ({ stream }: Raw): number[] =>
  stream.events.flatMap(({ data = '' }) => {
    const id = /^\{"jsonrpc":"2\.0","id":(1\d\d),"result"/u.exec(data)?.[1];
    return id === undefined ? [] : Number(id);
  });
const lastIdOf = ({ stream }: Raw): string => stream.events.findLast(({ id }) => id !== undefined)?.id ?? '';

test('[SS19] an answer of more than a MiB that is made while the stream is down waits for its return', async () => {
  await write('big.txt', 'x'.repeat(1_048_576));
  const headers = bearer(hub.key);
  const agent = await greeted(headers);
  await dropStream(hub.server.hub, agent.stream, agent.session);
  const made = called(agent.session);
  await ask(agent.post, { headers, body: reading(7) });
  await made;
  const back = await raw({ ...headers, 'last-event-id': lastIdOf(agent) });
  expect(back.session).toBe(agent.session);
  const { id, result } = await back.stream.message();
  expect([id, JSON.stringify(result).length > 1_048_576]).toEqual([7, true]);
});

test('[SS19] a reader that was too slow for many large answers gets each once when it is back', async () => {
  await write('big.txt', 'x'.repeat(600_000));
  const headers = bearer(hub.key);
  const agent = await greeted(headers);
  agent.stream.pause();
  const dropped = all('session.dropped', [agent.session]);
  const ids = Array.from({ length: 24 }, (_, index) => 100 + index);
  for (const id of ids) {
    const made = called(agent.session);
    await ask(agent.post, { headers, body: reading(id) });
    await made;
  }
  await dropped;
  agent.stream.resume();
  await agent.stream.ended;
  const back = await raw({ ...headers, 'last-event-id': lastIdOf(agent) });
  expect(back.session).toBe(agent.session);
  await ask(back.post, { headers, body: rpc('last', 'ping') });
  await back.stream.next(({ data = '' }) => data.startsWith('{"jsonrpc":"2.0","id":"last"'));
  expect([agent, back].flatMap(answersOn)).toEqual(ids);
});

test('[SS20] a client that flaps, or drops while it gets what it missed, gets the rest with its next stream', async () => {
  await write('big.txt', 'x'.repeat(600_000));
  const { secret } = await hub.newKey('ss20', 'editor');
  const headers = { ...bearer(secret), 'user-agent': 'ss20/1' };
  const agent = await greeted(headers, uri('jobs'));
  await dropStream(hub.server.hub, agent.stream, agent.session);
  const ids = Array.from({ length: 16 }, (_, index) => 100 + index);
  for (const id of ids) {
    const made = called(agent.session);
    await ask(agent.post, { headers, body: reading(id) });
    await made;
  }
  const flapped = await raw(headers);
  await dropStream(hub.server.hub, flapped.stream, flapped.session);
  const slow = await raw(headers);
  slow.stream.pause();
  await all('session.initialized', [slow.session]);
  const gone = all('session.closed', [slow.session]);
  slow.stream.drop();
  await gone;
  const closed = all('session.closed', [agent.session]);
  const back = await raw(headers);
  await closed;
  await back.stream.message(({ id }) => id === ids.at(-1));
  expect(answersOn(back)).toEqual(ids);
  expect(hub.server.hub.state.sessions.get(back.session)?.subscriptions).toEqual([uri('jobs')]);
});
