import type { IncomingMessage } from 'node:http';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { emptyState } from '../../src/protocol/state.ts';
import type { RefusedConnection } from '../../src/protocol/refused-connection.ts';
import { RefusedConnections } from '../../src/server/http/refused-connections.ts';
import { connectDashboard, type DashboardClient } from '../support/dashboard-client.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

const connect = (): Promise<DashboardClient> =>
  connectDashboard(hub.url, { authorization: `Bearer ${hub.server.adminToken}` });

/** The entry of a client, when it has come. */
async function refusedOf(desk: DashboardClient, client: string): Promise<RefusedConnection> {
  const find = (): RefusedConnection | undefined => desk.refused.find((one) => one.client === client);
  await desk.until(() => find() !== undefined);
  return find() ?? expect.fail();
}

const wrongKey = `sbx_${'w'.repeat(41)}T5`;

test('[DB65] [DB74] a wrong key that a client tries is on open dashboards, with its end and nothing else of it', async () => {
  const desk = await connect();
  await desk.api.open();
  const transport = new StreamableHTTPClientTransport(new URL(hub.server.mcp), {
    requestInit: { headers: { ...bearer(wrongKey), 'User-Agent': 'real-client/1.0' } },
  });
  await expect(new Client({ name: 'real-client', version: '1.0' }).connect(transport)).rejects.toThrow(
    /401|Unknown key/u,
  );
  const refused = await refusedOf(desk, 'real-client/1.0');
  expect(refused).toMatchObject({
    status: 401,
    code: 'unauthorized',
    request: 'POST /mcp',
    key: { kind: 'unknown', end: 'T5' },
    address: '127.0.0.1',
  });
  expect(refused.message).toContain('Unknown key');
  expect(JSON.stringify(desk.refused)).not.toContain(wrongKey.slice(4, 12));
  await ask(`${hub.url}/mcp/${wrongKey}`, { method: 'POST', headers: { 'User-Agent': `path ${wrongKey}` } });
  expect(await refusedOf(desk, 'path sbx_…')).toMatchObject({ request: 'POST /mcp/sbx_…', code: 'not_found' });
  expect(JSON.stringify(desk.refused)).not.toContain(wrongKey.slice(4, 12));
  // Who opens a dashboard later gets it, too.
  const later = await connect();
  await later.api.open();
  expect(await refusedOf(later, 'real-client/1.0')).toEqual(await refusedOf(desk, 'real-client/1.0'));
  desk.close();
  later.close();
});

test('[DB65] each way to be refused is shown by what was wrong with the key, the address or the request', async () => {
  const desk = await connect();
  await desk.api.open();
  const revoked = await hub.newKey('leaver', 'editor');
  await hub.server.hub.execute(revokeKey, { keyId: revoked.keyId }, human);
  const { mcp, sse } = hub.server;
  const tried: Readonly<
    Record<string, [url: string, method: string, headers: Record<string, string>, body?: unknown]>
  > = {
    'no-key': [sse, 'GET', {}],
    malformed: [mcp, 'POST', { authorization: wrongKey }, initialize()],
    unfilled: [mcp, 'POST', bearer('${env:SIGNALBOX_KEY}'), initialize()],
    'short-key': [mcp, 'POST', bearer('hunter2'), initialize()],
    revoked: [mcp, 'POST', bearer(revoked.secret), initialize()],
    'post-sse': [sse, 'POST', bearer(hub.key), initialize()],
    'no-accept': [sse, 'GET', { ...bearer(hub.key), accept: 'text/html' }],
    'no-path': [hub.url, 'POST', bearer(hub.key), initialize()],
    page: [mcp, 'POST', { ...bearer(hub.key), Origin: 'https://evil.example' }, initialize()],
  };
  for (const [client, [url, method, headers, body]] of Object.entries(tried)) {
    await ask(url, { method, headers: { ...headers, 'User-Agent': client }, ...(body === undefined ? {} : { body }) });
  }
  const found = Object.fromEntries(
    await Promise.all(
      Object.keys(tried).map(async (client) => {
        const { status, code, request, key } = await refusedOf(desk, client);
        return [client, { status, code, request, key: key.kind }] as const;
      }),
    ),
  );
  expect(found).toEqual({
    'no-key': { status: 401, code: 'unauthorized', request: 'GET /sse', key: 'none' },
    malformed: { status: 401, code: 'unauthorized', request: 'POST /mcp', key: 'malformed' },
    unfilled: { status: 401, code: 'unauthorized', request: 'POST /mcp', key: 'unfilled' },
    'short-key': { status: 401, code: 'unauthorized', request: 'POST /mcp', key: 'unknown' },
    revoked: { status: 401, code: 'key_revoked', request: 'POST /mcp', key: 'known' },
    'post-sse': { status: 405, code: 'bad_request', request: 'POST /sse', key: 'known' },
    'no-accept': { status: 406, code: 'bad_request', request: 'GET /sse', key: 'known' },
    'no-path': { status: 404, code: 'not_found', request: 'POST /', key: 'known' },
    page: { status: 403, code: 'origin_refused', request: 'POST', key: 'known' },
  });
  expect((await refusedOf(desk, 'short-key')).key).toEqual({ kind: 'unknown' });
  expect((await refusedOf(desk, 'revoked')).key).toMatchObject({ keyId: revoked.keyId, end: revoked.secret.slice(-2) });
  desk.close();
});

test('[DB65] a wrong key at uploads and downloads is seen, one entry for all files; a page that nobody is logged in to is not', async () => {
  const desk = await connect();
  await desk.api.open();
  const headers = { ...bearer(wrongKey), 'User-Agent': 'loader' };
  for (const file of ['a.md', 'b/c.md']) {
    expect((await ask(`${hub.url}/files/default/${file}`, { method: 'GET', headers })).status).toBe(401);
  }
  await ask(`${hub.url}/files/default/a.md`, { method: 'GET', headers: { 'User-Agent': 'logged-out' } });
  const tus = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '1' };
  await ask(`${hub.url}/uploads`, { method: 'POST', headers: { ...headers, ...tus } });
  await desk.until(({ refused }) => refused.filter(({ client }) => client === 'loader').length === 2);
  const seen = desk.refused.filter(({ client }) => client === 'loader');
  expect(seen.map(({ request, count, code }) => ({ request, count, code }))).toEqual([
    { request: 'POST /uploads', count: 1, code: 'unauthorized' },
    { request: 'GET /files/…', count: 2, code: 'unauthorized' },
  ]);
  expect(desk.refused.map(({ client }) => client)).not.toContain('logged-out');
  desk.close();
});

test('[DB65] a page of another site that tries for the channel of the desk is seen', async () => {
  const desk = await connect();
  await desk.api.open();
  const stranger = { authorization: `Bearer ${hub.server.adminToken}`, origin: 'https://evil.example' };
  await expect(connectDashboard(hub.url, { ...stranger, 'user-agent': 'a-page' })).rejects.toThrow('403');
  expect(await refusedOf(desk, 'a-page')).toMatchObject({ code: 'origin_refused', request: 'GET' });
  desk.close();
});

test('[DB65] a session that is over, and an agent that is at work, are not refused connections', async () => {
  const desk = await connect();
  await desk.api.open();
  const headers = { ...bearer(hub.key), 'User-Agent': 'at-work' };
  await ask(hub.server.mcp, {
    headers: { ...headers, 'Mcp-Session-Id': 'ses_gone' },
    body: { jsonrpc: '2.0', id: 1, method: 'ping' },
  });
  await ask(hub.server.mcp, { headers, body: initialize() });
  await ask(hub.server.sse, { method: 'GET', headers: { 'User-Agent': 'marker' } });
  await refusedOf(desk, 'marker');
  expect(desk.refused.map(({ client }) => client)).not.toContain('at-work');
  desk.close();
});

/** A request from an address, as far as a refusal looks at it. */
function request(address: string, key: string, client = 'node'): IncomingMessage {
  const headers = { authorization: `Bearer ${key}`, 'user-agent': client };
  return { method: 'POST', url: '/mcp?key=secret', headers, socket: { remoteAddress: address } } as IncomingMessage;
}

test('[DB66] equal tries are one entry with a count; one address cannot push out what others tried', () => {
  let now = 1_000;
  const refused = new RefusedConnections({ now: () => now, state: emptyState() });
  const error = new HubError('unauthorized', 'Unknown key.');
  refused.note(request('10.0.0.1', wrongKey), error);
  now = 5_000;
  refused.note(request('10.0.0.1', wrongKey), error);
  expect(refused.all()).toEqual([
    expect.objectContaining({ request: 'POST /mcp', count: 2, firstAt: 1_000, lastAt: 5_000 }),
  ]);
  for (let n = 100; n < 1_000; n += 1) {
    refused.note(request('10.0.0.2', `sbx_${'x'.repeat(30)}${n}`, `client ${n}`), error);
  }
  expect(refused.all()).toHaveLength(51);
  expect(refused.all()[0]).toMatchObject({ address: '10.0.0.1', count: 2 });
  for (let n = 0; n < 500; n += 1) refused.note(request(`10.1.0.${n}`, wrongKey), error);
  expect(refused.all()).toHaveLength(100);
});

test('[DB73] one host cannot push out what others tried with the addresses of its IPv6 network, nor with names', () => {
  const refused = new RefusedConnections({ now: () => 0, state: emptyState() });
  const error = new HubError('unauthorized', 'Unknown key.');
  refused.note(request('2001:db8:1::5', wrongKey), error, { frameId: 'frm_x_1' });
  refused.note(request('10.0.0.1', wrongKey), error, { frameId: 'frm_x_2' });
  for (let n = 0; n < 1_000; n += 1) {
    refused.note(request(`2001:db8:2:0:${n.toString(16)}::1`, wrongKey, `client ${n}`), error);
  }
  const all = refused.all();
  expect(all).toHaveLength(52);
  expect(all.slice(0, 2).map(({ address }) => address)).toEqual(['2001:db8:1::5', '10.0.0.1']);
  // Nor what the others are known by when they come back.
  refused.followed(request('2001:db8:1::5', wrongKey), 'frm_x_3');
  expect(refused.all().find(({ address }) => address === '2001:db8:1::5')?.frameIds).toEqual(['frm_x_1', 'frm_x_3']);
});

test('[DB66] what a client says of itself is cut, and has nothing that nobody sees', () => {
  const refused = new RefusedConnections({ now: () => 0, state: emptyState() });
  refused.note(request('10.0.0.1', wrongKey, `a\u202eb${'c'.repeat(5_000)}`), new HubError('unauthorized', 'No.'));
  const [one] = refused.all();
  expect(one?.client).toMatch(/^abc{118}$/u);
});

test('[DB66] a flood of tries is pushed four times a second, and is one event of the log', async () => {
  const before = hub.server.hub.state.seq;
  const desk = await connect();
  await desk.api.open();
  await Promise.all(
    Array.from({ length: 300 }, () => ask(hub.server.sse, { method: 'GET', headers: { 'User-Agent': 'flood' } })),
  );
  await desk.until(({ refused }) => refused.find(({ client }) => client === 'flood')?.count === 300);
  expect(hub.server.hub.state.seq).toBe(before + 1);
  desk.close();
});
