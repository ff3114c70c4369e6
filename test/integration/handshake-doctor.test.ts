import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import type { DeviationCode } from '../../src/protocol/handshake/deviations.ts';
import type { Diagram } from '../../src/protocol/handshake/model.ts';
import { connectDashboard, type DashboardClient } from '../support/dashboard-client.ts';
import { attemptDiagram, golden, sessionDiagram } from '../support/diagrams.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc } from '../support/wire-client.ts';

let hub: TestServer;
let desk: DashboardClient;

beforeAll(async () => {
  hub = await startTestHub();
  desk = await connectDashboard(hub.url, { authorization: `Bearer ${hub.server.adminToken}` });
  await desk.api.open();
});
afterAll(async () => {
  desk.close();
  await hub.close();
});

const wrongKey = `sbx_${'w'.repeat(41)}T5`;
const list = rpc(1, 'tools/list');

/** A client that is refused: what it sends, and what the doctor says of it. */
interface Misbehaving {
  readonly send: (name: string) => Promise<unknown>;
  readonly codes: readonly DeviationCode[];
}

/** Sends as a client with this name. */
function as(name: string, url: string, method: string, headers: Record<string, string>, body?: unknown) {
  return ask(url, { method, headers: { ...headers, 'User-Agent': name }, ...(body === undefined ? {} : { body }) });
}

const misbehaving: Readonly<Record<string, Misbehaving>> = {
  'no-key': { send: (name) => as(name, hub.server.sse, 'GET', {}), codes: ['no_key'] },
  'wrong-key': {
    send: (name) => as(name, hub.server.mcp, 'POST', bearer(wrongKey), initialize()),
    codes: ['unknown_key'],
  },
  'revoked-key': {
    async send(name) {
      const { keyId, secret } = await hub.newKey('leaver', 'editor');
      await hub.server.hub.execute(revokeKey, { keyId }, human);
      await as(name, hub.server.mcp, 'POST', bearer(secret), initialize());
    },
    codes: ['revoked_key'],
  },
  'malformed-key': {
    send: (name) => as(name, hub.server.mcp, 'POST', { Authorization: wrongKey }, initialize()),
    codes: ['malformed_key'],
  },
  'unfilled-key': {
    send: (name) => as(name, hub.server.mcp, 'POST', bearer('${env:SIGNALBOX_KEY}'), initialize()),
    codes: ['unfilled_key'],
  },
  'key-in-query': {
    send: (name) => as(name, `${hub.server.mcp}?key=${hub.key}`, 'POST', {}, initialize()),
    codes: ['key_elsewhere'],
  },
  'key-in-other-header': {
    send: (name) => as(name, hub.server.mcp, 'POST', { 'X-Api-Key': hub.key }, initialize()),
    codes: ['key_elsewhere'],
  },
  'wrong-accept': {
    send: (name) => as(name, hub.server.sse, 'GET', { ...bearer(hub.key), accept: 'application/json' }),
    codes: ['wrong_accept'],
  },
  'post-to-sse': {
    send: (name) => as(name, hub.server.sse, 'POST', bearer(hub.key), initialize()),
    codes: ['post_to_sse'],
  },
  'wrong-path': {
    send: (name) => as(name, `${hub.url}/mcp/sse`, 'GET', { ...bearer(hub.key), accept: 'text/event-stream' }),
    codes: ['wrong_path'],
  },
  'no-initialize': {
    send: (name) => as(name, hub.server.mcp, 'POST', bearer(hub.key), list),
    codes: ['no_initialize'],
  },
  'stale-session': {
    async send(name) {
      for (let n = 0; n < 3; n += 1) {
        await as(name, hub.server.mcp, 'POST', { ...bearer(hub.key), 'Mcp-Session-Id': 'ses_gone' }, list);
      }
    },
    codes: ['stale_session'],
  },
  'blocked-origin': {
    send: (name) =>
      as(name, hub.server.mcp, 'POST', { ...bearer(hub.key), Origin: 'https://evil.example' }, initialize()),
    codes: ['blocked_origin'],
  },
  'blocked-host': {
    send: (name) => as(name, hub.server.mcp, 'POST', { ...bearer(hub.key), Host: 'evil.example' }, initialize()),
    codes: ['blocked_host'],
  },
  'oauth-discovery': {
    async send(name) {
      await as(name, hub.server.mcp, 'POST', {}, initialize());
      await as(name, `${hub.url}/.well-known/oauth-protected-resource/mcp`, 'GET', {});
      await as(name, `${hub.url}/.well-known/oauth-authorization-server`, 'GET', {});
      await as(name, `${hub.url}/register`, 'POST', {}, { client_name: name });
    },
    codes: ['no_key', 'oauth_discovery', 'oauth_discovery', 'oauth_discovery'],
  },
  'reconnect-loop': {
    async send(name) {
      for (let n = 0; n < 6; n += 1) await as(name, hub.server.sse, 'GET', bearer(wrongKey));
    },
    codes: [...Array.from({ length: 6 }, (): DeviationCode => 'unknown_key'), 'reconnect_loop'],
  },
};

const codesOf = ({ findings }: Diagram): readonly DeviationCode[] => findings.map(({ code }) => code);

/** A diagram once it is as it will stay: what is recorded is read a moment later. */
async function settled(draw: () => Promise<Diagram>, codes: readonly DeviationCode[]): Promise<Diagram> {
  return vi.waitFor(async () => {
    const diagram = await draw();
    expect(codesOf(diagram), golden(diagram)).toEqual(codes);
    return diagram;
  }, 60_000);
}

test.each(Object.entries(misbehaving))(
  '[HD2] [HD12] a client that is refused, and what the doctor says: %s',
  async (name, { send, codes }) => {
    const client = `doctor ${name}`;
    await send(client);
    const find = () => desk.refused.find((one) => one.client === client);
    await desk.until(() => find() !== undefined);
    const diagram = await settled(async () => attemptDiagram(hub, desk, find() ?? expect.fail()), codes);
    await expect(golden(diagram)).toMatchFileSnapshot(`../fixtures/diagrams/refused-${name}.mmd`);
    // Each finding is on a row that is drawn.
    for (const { rowId } of diagram.findings) expect(diagram.rows.map(({ id }) => id)).toContain(rowId);
  },
);

/** The only session that a client with this User-Agent has. */
function sessionOf(userAgent: string): string {
  const found = [...hub.server.hub.state.sessions.values()].filter((session) => session.userAgent === userAgent);
  return found.length === 1 ? (found[0]?.id ?? '') : expect.fail(`${found.length} sessions of ${userAgent}`);
}

async function checked(
  userAgent: string,
  codes: readonly DeviationCode[],
  extra: Parameters<typeof sessionDiagram>[3] = {},
): Promise<Diagram> {
  const diagram = await settled(async () => sessionDiagram(hub, desk, sessionOf(userAgent), extra), codes);
  await expect(golden(diagram)).toMatchFileSnapshot(`../fixtures/diagrams/${userAgent.replaceAll(' ', '-')}.mmd`);
  return diagram;
}

test('[HD2] [HD12] a client that never says initialized', async () => {
  const headers = { ...bearer(hub.key), 'User-Agent': 'doctor no-initialized' };
  const opened = await ask(hub.server.mcp, { headers, body: initialize() });
  const session = { 'Mcp-Session-Id': String(opened.headers['mcp-session-id']) };
  await ask(hub.server.mcp, { headers: { ...headers, ...session }, body: list });
  await checked('doctor no-initialized', ['no_initialized']);
});

test('[HD2] a client that takes JSON alone, and is served', async () => {
  const headers = { ...bearer(hub.key), 'User-Agent': 'doctor narrow-accept', Accept: 'application/json' };
  await ask(hub.server.mcp, { headers, body: initialize() });
  await checked('doctor narrow-accept', ['wrong_accept']);
});

test('[HD2] [HD12] a client over HTTP+SSE that goes on without initialize', async () => {
  const headers = { ...bearer(hub.key), 'User-Agent': 'doctor sse-no-initialize' };
  const stream = await openStream(hub.server.sse, { headers });
  const post = await endpointOf(stream, hub.url);
  await ask(post, { headers, body: list });
  await stream.message();
  await checked('doctor sse-no-initialize', ['no_initialize']);
  stream.drop();
});

test('[HD2] a client that asks for a revision that is not spoken here, and one that sends another than was agreed on', async () => {
  const headers = { ...bearer(hub.key), 'User-Agent': 'doctor version-mismatch' };
  const opened = await ask(hub.server.mcp, { headers, body: initialize('2023-01-01') });
  const session = { 'Mcp-Session-Id': String(opened.headers['mcp-session-id']) };
  await ask(hub.server.mcp, {
    headers: { ...headers, ...session },
    body: { jsonrpc: '2.0', method: 'notifications/initialized' },
  });
  await ask(hub.server.mcp, { headers: { ...headers, ...session, 'MCP-Protocol-Version': '1999-01-01' }, body: list });
  await checked('doctor version-mismatch', ['version_mismatch', 'version_mismatch']);
});

test('[HD2] a stream of which the endpoint was sent and nothing came back', async () => {
  const headers = { ...bearer(hub.key), 'User-Agent': 'doctor buffered-stream' };
  const now = Date.now();
  const stream = await openStream(hub.server.sse, { headers });
  await stream.next(({ event }) => event === 'endpoint');
  const before = await sessionDiagram(hub, desk, sessionOf('doctor buffered-stream'), { now });
  expect(codesOf(before)).toEqual([]); // a slow client is none that is held back
  await checked('doctor buffered-stream', ['buffered_stream'], { now: Date.now() + 15_000 });
  stream.drop();
});

test('[HD2] [HD12] a client that comes back and never answers the ping that asks who it is', async () => {
  const headers = { ...bearer(hub.key), 'User-Agent': 'node', 'MCP-Protocol-Version': '2025-11-25' };
  const first = await openStream(hub.server.sse, { headers });
  const post = await endpointOf(first, hub.url);
  await ask(post, { headers, body: initialize() });
  await first.message();
  const before = new Set(hub.server.hub.state.sessions.keys());
  first.drop();
  await first.ended;
  const second = await openStream(hub.server.sse, { headers });
  await endpointOf(second, hub.url);
  const now = Date.now();
  const sessionId = [...hub.server.hub.state.sessions.keys()].find((id) => !before.has(id)) ?? '';
  const diagram = await settled(async () => sessionDiagram(hub, desk, sessionId, { now }), ['no_pong']);
  await expect(golden(diagram)).toMatchFileSnapshot('../fixtures/diagrams/doctor-no-pong.mmd');
  second.drop();
});

test('[HD2] [HD12] a client whose stream ends and is opened again and again', async () => {
  const headers = { ...bearer(hub.key), 'User-Agent': 'doctor reconnecting' };
  const opened = await ask(hub.server.mcp, { headers, body: initialize() });
  const session = { ...headers, 'Mcp-Session-Id': String(opened.headers['mcp-session-id']) };
  await ask(hub.server.mcp, { headers: session, body: { jsonrpc: '2.0', method: 'notifications/initialized' } });
  for (let n = 0; n < 5; n += 1) {
    const stream = await openStream(hub.server.mcp, { headers: session });
    await stream.next();
    stream.drop();
    await stream.ended;
    await vi.waitFor(() => {
      expect(hub.server.hub.state.sessions.get(sessionOf('doctor reconnecting'))?.status).toBe('dropped');
    }, 60_000);
  }
  const diagram = await settled(
    async () => sessionDiagram(hub, desk, sessionOf('doctor reconnecting')),
    ['reconnect_loop'],
  );
  expect(diagram.rows.filter((row) => row.kind === 'arrow' && row.text.includes('the stream again'))).toHaveLength(4);
});
