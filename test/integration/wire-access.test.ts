import { hash } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, expect, test } from 'vitest';
import { setKeyTools, suspendKey, updateKey } from '../../src/hub/rules/key-changes.ts';
import { createKey, revokeKey } from '../../src/hub/rules/keys.ts';
import { removeMember, setMember } from '../../src/hub/rules/members.ts';
import type { Origin } from '../../src/hub/rule.ts';
import type { HubServerOptions } from '../../src/server/hub-server.ts';
import { type SseAgent, sseAgent, statelessRequest } from '../support/agent.ts';
import { dashboardOn } from '../support/dashboard-client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { memoryChannel } from '../support/memory-channel.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { untilEvent } from '../support/until.ts';
import { ask, bearer, initialize, openStream, rpc } from '../support/wire-client.ts';

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

const closedOf = (session: string) =>
  untilEvent(hub.server.hub, (event) => event.type === 'session.closed' && event.sessionId === session);

test('[BC3] a revoked key’s streams end and its sessions close, and it is not served any more', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('bc3', 'editor');
  const one = await agent(secret);
  const closed = closedOf(one.session);
  await hub.server.hub.execute(revokeKey, { keyId }, human);
  await one.stream.ended;
  expect(await closed).toMatchObject({ reason: 'Its key was revoked.' });
  expect(await one.send(rpc(9, 'ping'))).toBe(401);
});

test('[BC13] when a key expires its streams end and its sessions close', async () => {
  await start();
  const keyId = 'key_bc13';
  const secret = 'sbx_bc13';
  const command = {
    keyId,
    name: 'bc13',
    secretSha256: hash('sha256', secret, 'hex'),
    roles: { [hub.workspace]: 'editor' as const },
    expiresAt: clock.now() + 60_000,
  };
  await hub.server.hub.execute(createKey, command, human);
  const one = await agent(secret);
  const closed = closedOf(one.session);
  clock.advance(59_000);
  expect(await one.send(rpc(9, 'ping'))).toBe(202);
  clock.advance(2_000);
  await one.stream.ended;
  expect(await closed).toMatchObject({ reason: 'Its key has expired.' });
  expect(await one.send(rpc(9, 'ping'))).toBe(401);
});

test('[BC4] losing the role ends what was subscribed there; another role changes the list of tools', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('bc4', 'viewer');
  const one = await agent(secret);
  await one.call(1, 'resources/subscribe', { uri: uri() });
  await hub.server.hub.execute(setMember, { workspace: hub.workspace, keyId, role: 'editor' }, human);
  await one.stream.message(({ method }) => method === 'notifications/tools/list_changed');
  const left = untilEvent(hub.server.hub, ({ type }) => type === 'session.unsubscribed');
  await hub.server.hub.execute(removeMember, { workspace: hub.workspace, keyId }, human);
  expect(await left).toMatchObject({ sessionId: one.session, uri: uri() });
  await write('secret.txt');
  await one.stream.ended;
  expect(one.stream.events.some(({ data }) => data?.includes('secret.txt'))).toBe(false);
});

test('[TP7] a change of its tools is sent to the agent, whose next call goes by it', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('tp7', 'editor');
  const one = await agent(secret);
  await hub.server.hub.execute(setKeyTools, { keyId, tools: { set: 'read' } }, human);
  await one.stream.message(({ method }) => method === 'notifications/tools/list_changed');
  const answer = await one.call(2, 'tools/call', { name: 'workspace_create', arguments: { name: 'more' } });
  expect(answer.result).toMatchObject({ isError: true, structuredContent: { code: 'forbidden' } });
});

const ends = {
  key_revoked: async (keyId: string) => hub.server.hub.execute(revokeKey, { keyId }, human),
  key_suspended: async (keyId: string) => hub.server.hub.execute(suspendKey, { keyId }, human),
  key_expired: async () => clock.advance(61_000),
  cancelled: async (keyId: string) => {
    const { hubEnd, dashboardEnd } = memoryChannel();
    hub.server.api(hubEnd);
    const { api } = dashboardOn(dashboardEnd);
    for (const { id } of hub.server.hub.state.sessions.of(keyId)) await api.closeSession({ sessionId: id });
  },
} as const;

test.each(Object.entries(ends))(
  '[BC35] streams with nothing under way say why they end, on each wire: %s',
  async (code, end) => {
    await start();
    const { secret, keyId } = await hub.newKey('bc35', 'viewer');
    await hub.server.hub.execute(updateKey, { keyId, expiresAt: clock.now() + 60_000 }, human);
    const one = await agent(secret);
    const opened = await ask(hub.server.mcp, { headers: bearer(secret), body: initialize() });
    const session = { ...bearer(secret), 'mcp-session-id': String(opened.headers['mcp-session-id']) };
    const streamable = await openStream(hub.server.mcp, { headers: session });
    const notifications = { resourceSubscriptions: [uri()] };
    const listen = await openStream(
      hub.server.mcp,
      statelessRequest(secret, 9, 'subscriptions/listen', { notifications }),
    );
    await listen.message();
    await end(keyId);
    await Promise.all([one.stream.ended, streamable.ended, listen.ended]);
    for (const { events } of [one.stream, streamable]) {
      const last = events.at(-1);
      expect(last?.event).toBe('error');
      expect(JSON.parse(last?.data ?? '')).toMatchObject({ error: { code, message: expect.stringMatching(/\.$/u) } });
    }
    expect(JSON.parse(listen.events.at(-1)?.data ?? '')).toMatchObject({ id: 9, error: { data: { code } } });
  },
);

test('[BC35] a stream says that its key lost the workspace that it told of', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('bc35', 'viewer');
  const one = await agent(secret);
  await one.call(1, 'resources/subscribe', { uri: uri() });
  await hub.server.hub.execute(removeMember, { workspace: hub.workspace, keyId }, human);
  await one.stream.ended;
  expect(JSON.parse(one.stream.events.at(-1)?.data ?? '')).toMatchObject({ error: { code: 'forbidden' } });
});

test('[BC35] the official client of the stateless wire hears that its subscription was not ended in good order', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('bc35', 'viewer');
  const client = new Client({ name: 'bc35', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: bearer(secret) };
  await client.connect(new StreamableHTTPClientTransport(new URL(hub.server.mcp), { requestInit }));
  const listening = await client.listen({ resourceSubscriptions: [uri()] });
  await hub.server.hub.execute(revokeKey, { keyId }, human);
  expect(await listening.closed).toBe('remote');
  await client.close();
});

test('[BC5] subscribing outside the granted workspaces is answered with an error, logged, and ends the connection', async () => {
  await start();
  const { secret, keyId } = await hub.newKey('bc5');
  const one = await agent(secret);
  const denied = untilEvent(hub.server.hub, ({ type }) => type === 'access.denied');
  const closed = closedOf(one.session);
  const answer = await one.call(1, 'resources/subscribe', { uri: uri() });
  expect(answer.error?.data?.['code']).toBe('not_found');
  expect(await denied).toMatchObject({ keyId, workspace: hub.workspace });
  await one.stream.ended;
  await closed;
});
