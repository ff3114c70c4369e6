import { expect, test, vi } from 'vitest';
import { type QueuedStream, QueueRoom } from '../../src/server/queue-room.ts';
import { statelessHeaders, statelessMeta } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize, openStream, rpc, type WireStream } from '../support/wire-client.ts';

const MIB = 1024 * 1024;

class Reader implements QueuedStream {
  queuedBytes = 0;
  reason: string | undefined;
  cut(reason: string): void {
    this.reason = reason;
  }
}

test('[LM5] past what may wait on the streams of a key, the one with most is cut off, after the turn that wrote to it', async () => {
  const room = new QueueRoom({ keyBytes: 10, allBytes: 20 });
  const wait = (keyId: string, reader: Reader, bytes: number): void => {
    reader.queuedBytes = bytes;
    room.update(keyId, reader, bytes);
  };
  const [a, b, c, other] = [new Reader(), new Reader(), new Reader(), new Reader()];
  wait('key_1', a, 4);
  wait('key_1', b, 5);
  wait('key_2', other, 10);
  wait('key_1', c, 2);
  expect(b.reason).toBeUndefined();
  await Promise.resolve();
  expect([a.reason, c.reason, other.reason, b.reason?.includes('may leave unread')]).toEqual([
    undefined,
    undefined,
    undefined,
    true,
  ]);
  // What a reader has taken meanwhile counts for it.
  a.queuedBytes = 1;
  wait('key_1', c, 8);
  await Promise.resolve();
  expect([a.reason, c.reason]).toEqual([undefined, undefined]);
});

test('[LM5] past what may wait on all streams, the largest of the key with most is cut off', async () => {
  const room = new QueueRoom({ keyBytes: 100, allBytes: 20 });
  const [largest, many] = [new Reader(), [new Reader(), new Reader(), new Reader()]];
  largest.queuedBytes = 8;
  room.update('key_1', largest, 8);
  for (const [index, reader] of many.entries()) {
    reader.queuedBytes = 4 + index;
    room.update('key_2', reader, 4 + index);
  }
  await Promise.resolve();
  expect([largest, ...many].map(({ reason }) => reason !== undefined)).toEqual([false, false, false, true]);
});

/** A session whose client reads nothing more: what is sent to it waits in the hub, once the system's own buffers are full. */
interface Unread {
  readonly stream: WireStream;
  readonly isCut: () => boolean;
  /** Has the hub send some more to it. */
  readonly send: () => Promise<unknown>;
}

/** Asks on an SSE stream for answers that nobody reads. */
async function unreadSse(hub: TestServer, secret: string): Promise<Unread> {
  const stream = await openStream(hub.server.sse, { headers: bearer(secret) });
  const { data = '' } = await stream.next(({ event }) => event === 'endpoint');
  const url = new URL(data, hub.url);
  const post = (body: unknown) => ask(url.href, { headers: bearer(secret), body });
  await post(initialize());
  await stream.message();
  stream.pause();
  let n = 0;
  const send = () =>
    post(rpc((n += 1), 'tools/call', { name: 'file_read', arguments: { path: 'big.txt', max_bytes: 131_072 } }));
  return { stream, isCut: () => isDropped(hub, url.searchParams.get('sessionId') ?? ''), send };
}

/** Subscribes on the GET stream of Streamable HTTP to events that nobody reads. */
async function unreadGet(hub: TestServer, secret: string): Promise<Unread> {
  const begun = await ask(hub.server.mcp, { headers: bearer(secret), body: initialize() });
  const id = String(begun.headers['mcp-session-id']);
  const headers = { ...bearer(secret), 'mcp-session-id': id };
  const stream = await openStream(hub.server.mcp, { headers });
  const uri = `signalbox://workspaces/${hub.workspace}/events`;
  await ask(hub.server.mcp, { headers, body: rpc(1, 'resources/subscribe', { uri }) });
  stream.pause();
  return { stream, isCut: () => isDropped(hub, id), send: () => happen(hub) };
}

/** Listens, on the stateless wire, to events that nobody reads. */
async function unreadListen(hub: TestServer, secret: string): Promise<Unread> {
  const stream = await openStream(hub.server.mcp, {
    method: 'POST',
    headers: { ...statelessHeaders(secret, 'subscriptions/listen'), accept: 'application/json, text/event-stream' },
    body: rpc(1, 'subscriptions/listen', {
      notifications: { resourceSubscriptions: [`signalbox://workspaces/${hub.workspace}/events`] },
      _meta: statelessMeta('listener'),
    }),
  });
  await stream.message();
  stream.pause();
  return { stream, isCut: () => hub.server.inUse.listens.all === 0, send: () => happen(hub) };
}

function isDropped(hub: TestServer, sessionId: string): boolean {
  return hub.server.hub.state.sessions.get(sessionId)?.dropReason?.includes('streams of this key') === true;
}

/** Events of 64 KiB each. */
async function happen(hub: TestServer): Promise<void> {
  const event = { type: 'workspace.updated' as const, workspace: hub.workspace, name: 'x'.repeat(64 * 1024) };
  hub.server.hub.record([event, event, event, event], { actor: { kind: 'human' } });
  await hub.server.hub.durable();
}

async function sendUntil(hub: TestServer, { send }: Unread, isEnough: () => boolean): Promise<void> {
  while (!isEnough()) {
    await send();
    await vi.waitUntil(() => hub.server.inUse.calls.all === 0, { interval: 1, timeout: 60_000 });
  }
}

const kinds = { 'the SSE stream': unreadSse, 'the GET stream': unreadGet, 'the listen stream': unreadListen };

test.each(Object.entries(kinds))(
  '[LM5] %s that leaves most unread is cut off when those of its key share no more room',
  async (_name, openUnread) => {
    const hub = await startTestHub({ limits: { 'stream-bytes-per-key': 4 * MIB } });
    const text = 'x'.repeat(128 * 1024);
    await hub.server.files.write(
      { actor: { kind: 'human' } },
      { workspace: hub.workspace, path: 'big.txt', content: Buffer.from(text), source: 'tool' },
    );
    const [greedy, other] = [await hub.newKey('greedy', 'editor'), await hub.newKey('other', 'editor')];
    const waiting = (keyId: string): number => hub.server.inUse.streams.ofKeys().get(keyId) ?? 0;
    const aside = await unreadSse(hub, other.secret);
    await sendUntil(hub, aside, () => waiting(other.keyId) > 3 * MIB);
    const most = await openUnread(hub, greedy.secret);
    await sendUntil(hub, most, () => waiting(greedy.keyId) > 2.5 * MIB);
    const little = await unreadSse(hub, greedy.secret);
    await sendUntil(hub, little, most.isCut);
    expect(waiting(greedy.keyId)).toBeLessThan(4 * MIB);
    expect([aside.isCut(), little.isCut()]).toEqual([false, false]);
    for (const { stream } of [aside, most, little]) stream.drop();
    await hub.close();
  },
);
