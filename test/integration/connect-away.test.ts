import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { connectKey } from '../../src/server/desk/connect-key.ts';
import { ConnectSecret } from '../../src/server/desk/connect-secret.ts';
import { startHub } from '../../src/server/start.ts';
import { statelessMeta } from '../support/agent.ts';
import { connectDashboard } from '../support/dashboard-client.ts';
import { emptyDataDir, startConnect, textIn } from '../support/connect-process.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub } from '../support/start-test-hub.ts';
import { untilEvent } from '../support/until.ts';
import type { RpcJson } from '../support/wire-client.ts';

const AWAY = /^hub_away: .*start Signalbox/u;
const listChanged = ({ method }: RpcJson): boolean => method === 'notifications/tools/list_changed';
const isDeleted = { info: () => undefined, warn: () => undefined, error: () => undefined };

test('[CN13] while no hub was ever there the client is answered, calls say hub_away, and all of it works when one starts', async () => {
  await using folder = await emptyDataDir();
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'early'] });
  const hello = await bridge.handshake({ version: '2025-06-18' });
  expect(hello.result).toMatchObject({ protocolVersion: '2025-06-18', serverInfo: { name: 'signalbox' } });
  expect((await bridge.ask('tools/list')).result).toEqual({ tools: [] });
  const refused = await bridge.call('whoami');
  expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'hub_away' } });
  expect(textIn(refused)).toMatch(AWAY);
  expect((await bridge.ask('resources/read', { uri: 'signalbox://guide' })).error?.data).toMatchObject({
    code: 'hub_away',
  });
  expect((await bridge.ask('ping')).result).toEqual({});

  await using world = await hubOn(folder.dataDir);
  await bridge.message(listChanged);
  expect(JSON.stringify((await bridge.ask('tools/list')).result)).toContain('"whoami"');
  expect(textIn(await bridge.call('whoami'))).toContain('early');
  expect(world.server.hub.state.sessions.size).toBe(1);
});

test('[CN13] the same over 2026-07-28: discovery and lists from what is known, a subscription begins when the hub is there', async () => {
  await using folder = await emptyDataDir();
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'early'] });
  const _meta = statelessMeta('early');
  const found = await bridge.ask('server/discover', { _meta });
  expect(found.result).toMatchObject({ resultType: 'complete', supportedVersions: ['2026-07-28'] });
  expect((await bridge.ask('tools/list', { _meta })).result).toMatchObject({ tools: [], resultType: 'complete' });
  expect((await bridge.ask('tools/call', { name: 'whoami', arguments: {}, _meta })).result).toMatchObject({
    resultType: 'complete',
    isError: true,
    structuredContent: { code: 'hub_away' },
  });
  const listen = bridge.begin('subscriptions/listen', { notifications: { toolsListChanged: true }, _meta });
  const ofListen = ({ params }: RpcJson): boolean =>
    params?._meta?.['io.modelcontextprotocol/subscriptionId'] === listen;
  await bridge.message((one) => one.method === 'notifications/subscriptions/acknowledged' && ofListen(one));

  await using world = await hubOn(folder.dataDir);
  await bridge.message((one) => listChanged(one) && ofListen(one));
  expect(JSON.stringify((await bridge.ask('tools/list', { _meta })).result)).toContain('"whoami"');
  const key = [...world.server.hub.state.keys.values()].find(({ name }) => name === 'early');
  expect(key).toBeDefined();
});

test('[CN14] what the hub answered last stands in for it at the next start', async () => {
  await using folder = await emptyDataDir();
  const world = await hubOn(folder.dataDir);
  const first = startConnect({ dataDir: folder.dataDir, args: ['--as', 'kept'] });
  const hello = await first.handshake();
  const tools = (await first.ask('tools/list')).result;
  await first.leave();
  await world[Symbol.asyncDispose]();

  await using second = startConnect({ dataDir: folder.dataDir, args: ['--as', 'kept'] });
  expect((await second.handshake()).result).toEqual(hello.result);
  expect((await second.ask('tools/list')).result).toEqual(tools);
  // Another name may do other things: it is shown nothing of this one's.
  await using other = startConnect({ dataDir: folder.dataDir, args: ['--as', 'other'] });
  await other.handshake();
  expect((await other.ask('tools/list')).result).toEqual({ tools: [] });
});

test('[CN15] after a restart of the hub the session goes on, with its subscription, at whatever port', async () => {
  await using folder = await emptyDataDir();
  let world = await hubOn(folder.dataDir);
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'steady'] });
  await bridge.handshake();
  const uri = `signalbox://workspaces/${world.workspace}/events`;
  await bridge.ask('resources/subscribe', { uri });
  const [session] = world.server.hub.state.sessions.keys();
  const { workspace } = world;
  await world[Symbol.asyncDispose]();
  expect(textIn(await bridge.call('whoami'))).toMatch(AWAY);

  world = await hubOn(folder.dataDir);
  await world.server.files.write(human, { workspace, path: 'after.txt', content: Buffer.from('x'), source: 'tool' });
  await bridge.message(({ params }) => params?.uri === uri);
  expect((await bridge.call('whoami'))['isError']).toBeUndefined();
  expect([...world.server.hub.state.sessions.keys()]).toEqual([session]);
  await world[Symbol.asyncDispose]();
});

test('[CN16] a call that was under way when the hub went is answered: nobody knows whether it was done', async () => {
  await using folder = await emptyDataDir();
  const hub = await cuttableHub();
  await writeLock(folder.dataDir, hub.url);
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'cut'] });
  await bridge.handshake();
  const call = bridge.begin('tools/call', { name: 'whoami', arguments: {} });
  await hub.called;
  hub.cut();
  const { result } = await bridge.answer(call);
  expect(result).toMatchObject({ isError: true, structuredContent: { code: 'hub_away' } });
  expect(textIn(result ?? {})).toMatch(/not known/u);
  await hub.close();
});

test('[CN17] a session that the person closed is opened again with what the client had agreed on', async () => {
  await using folder = await emptyDataDir();
  await using world = await hubOn(folder.dataDir);
  const { hub } = world.server;
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'closed'] });
  await bridge.handshake();
  const uri = `signalbox://workspaces/${world.workspace}/events`;
  await bridge.ask('resources/subscribe', { uri });
  const [session = ''] = hub.state.sessions.keys();
  const subscribed = untilEvent(hub, (event) => event.type === 'session.subscribed' && event.sessionId !== session);
  const desk = await connectDashboard(world.url, { authorization: `Bearer ${world.server.adminToken}` });
  await desk.api.open({});
  await desk.api.closeSession({ sessionId: session });
  await subscribed;
  await bridge.message(({ method, params }) => method === 'notifications/resources/updated' && params?.uri === uri);
  expect((await bridge.call('whoami'))['isError']).toBeUndefined();
  desk.close();
});

test('[CN18] when its key is revoked, calls say so and the bridge lives on; when it is let in again they work', async () => {
  await using folder = await emptyDataDir();
  await using world = await hubOn(folder.dataDir);
  const { hub } = world.server;
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'out'] });
  expect((await bridge.handshake()).error).toBeUndefined();
  expect((await bridge.call('whoami'))['isError']).toBeUndefined();
  const key = [...hub.state.keys.values()].find(({ name }) => name === 'out');
  expect([...hub.state.keys.values()].map(({ name }) => name)).toContain('out');
  await hub.execute(revokeKey, { keyId: key?.id ?? '' }, human);
  const refused = await bridge.call('whoami');
  expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'key_revoked' } });
  expect(textIn(refused)).toContain('signalbox keys create out --connect');
  await using next = startConnect({ dataDir: folder.dataDir, args: ['--as', 'out'] });
  expect((await next.handshake()).error?.data).toMatchObject({ code: 'key_revoked' });

  const input = { name: 'out', role: 'editor', again: true } as const;
  await connectKey(hub, new ConnectSecret(hub.dataDir, isDeleted), input);
  expect((await bridge.call('whoami'))['isError']).toBeUndefined();
});

test('[CN19] of two hubs each bridge finds its own; the key of one is never sent to the other', async () => {
  await using folder = await emptyDataDir();
  await using world = await hubOn(folder.dataDir);
  const other = await startTestHub();
  await using stray = startConnect({ dataDir: folder.dataDir, args: ['--as', 'stray', '--url', other.url] });
  expect((await stray.handshake()).error?.data).toMatchObject({
    code: 'unauthorized',
    message: expect.stringContaining('SIGNALBOX_KEY'),
  });
  expect([...other.server.hub.state.keys.values()].map(({ name }) => name)).not.toContain('stray');

  const env = { SIGNALBOX_KEY: other.key };
  await using given = startConnect({ dataDir: folder.dataDir, args: ['--url', other.url], env });
  await given.handshake();
  expect((await given.call('whoami'))['isError']).toBeUndefined();
  expect(other.server.hub.state.sessions.size).toBe(1);
  expect(world.server.hub.state.sessions.size).toBe(0);

  await using wrong = startConnect({ dataDir: folder.dataDir, args: [], env: { SIGNALBOX_KEY: 'sbx_wrong' } });
  expect((await wrong.handshake()).error?.data).toMatchObject({ code: 'unauthorized' });
  await other.close();
});

test('[CN20] a hub of another version, and what is no hub at all, get a clear word', async () => {
  await using folder = await emptyDataDir();
  const old = await serverOn((_path) => [404, { error: { code: 'not_found', message: 'Nothing here.' } }]);
  await writeLock(folder.dataDir, old.url);
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'x'] });
  expect((await bridge.handshake()).error).toMatchObject({
    message: expect.stringContaining('another version'),
    data: { code: 'conflict' },
  });
  await old.close();

  // Another program has the port of a hub that is gone.
  const stranger = await serverOn(() => [401, { error: { code: 'unauthorized', message: 'Who are you?' } }]);
  await writeLock(folder.dataDir, stranger.url);
  await using second = startConnect({ dataDir: folder.dataDir, args: ['--as', 'x'] });
  await second.handshake();
  expect(textIn(await second.call('whoami'))).toMatch(/is not the hub of the data directory/u);
  await stranger.close();
});

test('[CN21] a revision to come is answered by the hub, which says what it speaks', async () => {
  await using folder = await emptyDataDir();
  await using world = await hubOn(folder.dataDir);
  await using bridge = startConnect({ dataDir: folder.dataDir, args: ['--as', 'future'] });
  const _meta = { ...statelessMeta('future'), 'io.modelcontextprotocol/protocolVersion': '2031-01-01' };
  const { error } = await bridge.ask('tools/list', { _meta });
  expect(JSON.stringify(error)).toContain('2026-07-28');
  expect((await bridge.handshake({ version: '2031-01-01' })).result).toMatchObject({ protocolVersion: '2025-11-25' });
  expect(world.server.hub.state.sessions.size).toBeGreaterThan(0);
});

/** A hub on a data directory, on whatever port is free. */
async function hubOn(dataDir: string) {
  const server = await startHub({ dataDir, port: 0 });
  const [workspace = ''] = server.hub.state.workspaces.keys();
  return { server, url: server.url, workspace, [Symbol.asyncDispose]: () => server.close() };
}

/** Makes a data directory that names a hub at this address. */
async function writeLock(dataDir: string, url: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const lock = { pid: process.pid, start: '', startedAt: 0, url, adminToken: 'token' };
  await writeFile(path.join(dataDir, 'hub.lock'), JSON.stringify(lock), { mode: 0o600 });
}

/** A server that answers each path so. */
async function serverOn(answer: (path: string) => [status: number, body: object]) {
  const server = createServer((request, response) => {
    request.resume();
    const [status, body] = answer(request.url ?? '');
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A hub that answers the handshake, and never the call: its connection is cut instead. */
async function cuttableHub() {
  let onCall = (): void => undefined;
  const called = new Promise<void>((resolve) => (onCall = resolve));
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      if (request.url === '/api/connect-key') return void response.end(JSON.stringify({ keyId: 'k', secret: 'sbx_x' }));
      if (request.method !== 'POST') return void response.writeHead(405).end('{}');
      const { id, method } = JSON.parse(body) as { id?: number; method: string };
      if (method === 'tools/call') return onCall();
      const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'cut', version: '1' } };
      response.writeHead(id === undefined ? 202 : 200, {
        'Content-Type': 'application/json',
        'Mcp-Session-Id': 'ses_1',
      });
      response.end(id === undefined ? '' : JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    called,
    cut: () => server.closeAllConnections(),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
