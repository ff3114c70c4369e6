import { framesOf } from '../support/recorded.ts';
import { hash } from 'node:crypto';
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, expect, test, vi } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import { suspendKey } from '../../src/hub/rules/key-changes.ts';
import { createKey, revokeKey } from '../../src/hub/rules/keys.ts';
import { dashboardOn } from '../support/dashboard-client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { memoryChannel } from '../support/memory-channel.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { takeLock } from '../support/take-lock.ts';
import { untilEvent } from '../support/until.ts';
import {
  ask,
  bearer,
  endpointOf,
  initialize,
  openStream,
  rpc,
  type RpcJson,
  type WireAnswer,
} from '../support/wire-client.ts';

const human: Origin = { actor: { kind: 'human' } };
const path = 'plan.md';
/** In ms. A call that takes longer than a second is answered by a stream on Streamable HTTP. */
const soon = 500;
const late = 2_000;
const keyLifeMs = 60_000;

let hub: TestServer;
let clock: FakeClock;
afterEach(() => hub.close());

interface Key {
  readonly keyId: string;
  readonly secret: string;
}

/** A hub where somebody else holds a lock, and a key that is good for a minute. */
async function start(): Promise<Key> {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers });
  await holds(path);
  const secret = 'sbx_waiter';
  const roles = { [hub.workspace]: 'editor' as const };
  const command = {
    name: 'waiter',
    secretSha256: hash('sha256', secret, 'hex'),
    roles,
    expiresAt: clock.now() + keyLifeMs,
  };
  const { keyId } = await hub.server.hub.execute(createKey, command, human);
  return { keyId, secret };
}

/** Somebody else takes the lock on a path. */
async function holds(what: string): Promise<void> {
  const holder = await hub.newKey(`holder of ${what}`, 'editor');
  const origin: Origin = { actor: { kind: 'agent', key: holder.keyId } };
  await takeLock(hub.server, origin, { workspace: hub.workspace, path: what, ttlMs: 3_600_000, waitMs: 0 });
}

const wires = {
  sse: async ({ secret }: Key) => {
    const client = new Client({ name: 'waiter', version: '2.0.0' });
    await client.connect(new SSEClientTransport(new URL(hub.server.sse), { requestInit: { headers: bearer(secret) } }));
    return client;
  },
  streamable: async ({ secret }: Key) => {
    const client = new Client({ name: 'waiter', version: '2.0.0' });
    const requestInit = { headers: bearer(secret) };
    await client.connect(new StreamableHTTPClientTransport(new URL(hub.server.mcp), { requestInit }));
    return client;
  },
  modern: async ({ secret }: Key) => {
    const client = new Client({ name: 'waiter', version: '2.0.0' }, { versionNegotiation: { mode: 'auto' } });
    const requestInit = { headers: bearer(secret) };
    await client.connect(new StreamableHTTPClientTransport(new URL(hub.server.mcp), { requestInit }));
    return client;
  },
} as const;

const sessionOf = ({ keyId }: Key): string =>
  [...hub.server.hub.state.sessions.values()].find((session) => session.keyId === keyId)?.id ?? '';

const causes = {
  'its key is revoked': {
    cut: ({ keyId }: Key) => hub.server.hub.execute(revokeKey, { keyId }, human),
    code: 'key_revoked',
    says: 'key was revoked',
  },
  'its key is suspended': {
    cut: ({ keyId }: Key) => hub.server.hub.execute(suspendKey, { keyId }, human),
    code: 'key_suspended',
    says: 'key was suspended',
  },
  'its key expires': {
    cut: () => clock.advance(keyLifeMs + 1_000),
    code: 'key_expired',
    says: 'key has expired',
  },
  'the person at the desk closes its session': {
    cut: async (key: Key) => {
      const { hubEnd, dashboardEnd } = memoryChannel();
      hub.server.api(hubEnd);
      await dashboardOn(dashboardEnd).api.closeSession({ sessionId: sessionOf(key) });
    },
    code: 'cancelled',
    says: 'closed by the person at the desk',
  },
} as const;

const queued = (): Promise<unknown> => untilEvent(hub.server.hub, ({ type }) => type === 'lock.queued');
const waitForLock = { name: 'lock_acquire', arguments: { path, wait_ms: 50_000 } };

const cases = Object.keys(wires).flatMap((wire) =>
  Object.keys(causes).map((cause) => [wire, cause, soon] as const),
) as [keyof typeof wires, keyof typeof causes, number][];
cases.push(['streamable', 'its key is revoked', late]);
test.each(cases)(
  '[BC14] %s: a call that waits when %s (after %i ms) gets the reason at once',
  async (wire, cause, after) => {
    const key = await start();
    const client = await wires[wire](key);
    const waits = queued();
    const call = client.callTool(waitForLock).catch((error: unknown) => error);
    await waits;
    clock.advance(after);
    const session = sessionOf(key);
    const { cut, code, says } = causes[cause];
    await cut(key);
    expect(await call).toMatchObject({
      code: -32_000,
      message: expect.stringContaining(says),
      data: { code },
    });
    const kept = await framesOf(hub.server.recorder, session);
    const asked = kept.find(({ detail, direction }) => detail === 'lock_acquire' && direction === 'in');
    const answers = kept.filter(({ replyTo }) => replyTo !== undefined && replyTo === asked?.id);
    // What a removed key sent and was sent is removed with it.
    if (code === 'key_revoked') expect(kept).toEqual([]);
    else
      expect(answers).toMatchObject([
        { kind: 'error', label: 'tools/call', detail: 'lock_acquire', errorCode: -32_000 },
      ]);
    await client.close();
  },
);

test('[BC14] calls of one batch each get the reason; on the stateless wire also those whose clients chose the same id', async () => {
  const { keyId, secret } = await start();
  const opened = await ask(hub.server.mcp, { headers: bearer(secret), body: initialize('2025-03-26') });
  const session = String(opened.headers['mcp-session-id']);
  const waitForEvent = { name: 'event_wait', arguments: { types: ['job.failed'], timeout_ms: 50_000 } };
  let waits = queued();
  const batch = ask(hub.server.mcp, {
    headers: { ...bearer(secret), 'mcp-session-id': session },
    body: [rpc(1, 'tools/call', waitForEvent), rpc(2, 'tools/call', waitForLock), rpc(3, 'ping')],
  });
  await waits;
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'twin', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const twins: Promise<WireAnswer>[] = [];
  for (const accept of ['application/json', 'application/json', 'application/json, text/event-stream']) {
    waits = queued();
    const headers = {
      ...bearer(secret),
      accept,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'lock_acquire',
    };
    const lock = { name: 'lock_acquire', arguments: { path: `twin-${twins.length}.md`, wait_ms: 50_000 }, _meta: meta };
    await holds(lock.arguments.path);
    twins.push(ask(hub.server.mcp, { headers, body: rpc(7, 'tools/call', lock) }));
    await waits;
  }
  await hub.server.hub.execute(revokeKey, { keyId }, human);
  const revoked = { code: -32_000, data: { code: 'key_revoked' } };
  const list = (await batch).json as unknown as RpcJson[];
  expect(list.toSorted((a, b) => Number(a.id) - Number(b.id))).toMatchObject([
    { id: 1, error: revoked },
    { id: 2, error: revoked },
    { id: 3, result: {} },
  ]);
  const [first, second, streamed] = await Promise.all(twins);
  expect([first?.json, second?.json]).toMatchObject(Array.from({ length: 2 }, () => ({ id: 7, error: revoked })));
  expect(streamed?.text).toMatch(/"id":7,"error":.*key_revoked/u);
});

test.each(['application/json', 'text/event-stream', 'application/json, text/event-stream'])(
  '[BC14] calls that wait when the client ends its session by DELETE get the reason: %s',
  async (accept) => {
    const { secret } = await start();
    const opened = await ask(hub.server.mcp, { headers: bearer(secret), body: initialize() });
    const headers = { ...bearer(secret), accept, 'mcp-session-id': String(opened.headers['mcp-session-id']) };
    const event = { name: 'event_wait', arguments: { types: ['job.failed'], timeout_ms: 50_000 } };
    const calls = [event, waitForLock].map((params, id) =>
      ask(hub.server.mcp, { headers, body: rpc(id, 'tools/call', params) }),
    );
    await vi.waitFor(async () => {
      const frames = await framesOf(hub.server.recorder, headers['mcp-session-id']);
      expect(frames.map(({ detail }) => detail)).toEqual(expect.arrayContaining(['event_wait', 'lock_acquire']));
    }, 60_000);
    const ended = await ask(hub.server.mcp, { method: 'DELETE', headers });
    expect(ended.status).toBe(200);
    for (const answer of await Promise.all(calls)) {
      expect(answer.status).toBe(200);
      expect(answer.text).toMatch(/"code":"cancelled"/u);
    }
  },
);

test('[BC14] a key that expires while the disk refuses writes ends its calls and streams all the same', async () => {
  const { secret } = await start();
  const stream = await openStream(hub.server.sse, { headers: bearer(secret) });
  const post = await endpointOf(stream, hub.url);
  const waits = queued();
  await ask(post, { headers: bearer(secret), body: rpc(1, 'tools/call', waitForLock) });
  await waits;
  const unknown = { type: 'no.such' } as never;
  expect(() => hub.server.hub.record([unknown], human)).toThrow('Unknown event type');
  clock.advance(keyLifeMs + 1_000);
  expect(await stream.message(({ id }) => id === 1)).toMatchObject({ error: { data: { code: 'key_expired' } } });
  await stream.ended;
});

test('[BC11][BC14] a call that waits when the hub closes gets the reason', async () => {
  const key = await start();
  const client = await wires.streamable(key);
  const waits = queued();
  const call = client.callTool(waitForLock).catch((error: unknown) => error);
  await waits;
  await hub.restart();
  expect(await call).toMatchObject({ code: -32_000, data: { code: 'hub_closed' } });
  await client.close();
});

test('[SS13] who comes back silently and cannot be asked hears that its calls ended with the old session', async () => {
  const { secret } = await start();
  const headers = { ...bearer(secret), 'user-agent': 'silent-client' };
  const old = await openStream(hub.server.sse, { headers });
  const post = await endpointOf(old, hub.url);
  await ask(post, { headers, body: initialize() });
  const waits = queued();
  await ask(post, { headers, body: rpc(1, 'tools/call', waitForLock) });
  await waits;
  const dropped = untilEvent(hub.server.hub, ({ type }) => type === 'session.dropped');
  old.drop();
  await dropped;
  const back = await openStream(hub.server.sse, { headers });
  await ask(await endpointOf(back, hub.url), { headers, body: rpc(2, 'tools/list') });
  expect(await back.message(({ id }) => id === 1)).toMatchObject({ error: { data: { code: 'cancelled' } } });
  expect(await back.message(({ id }) => id === 2)).toHaveProperty('result');
  back.drop();
});
