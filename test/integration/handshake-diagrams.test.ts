import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Diagram } from '../../src/protocol/handshake/model.ts';
import { handshakeSteps } from '../../src/dashboard/features/sessions/handshake-steps.ts';
import { toFrame } from '../../src/protocol/session-frame.ts';
import { firstFrames } from '../../src/protocol/handshake/load.ts';
import { connections } from '../../src/sandbox/connect-by-wire.ts';
import type { AgentLink } from '../../src/sandbox/agent-link.ts';
import { connectDashboard, type DashboardClient } from '../support/dashboard-client.ts';
import { golden, sessionDiagram } from '../support/diagrams.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

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

/** The id of the only open session of a client. */
function sessionOf(name: string): string {
  const found = [...hub.server.hub.state.sessions.values()].filter(({ client }) => client?.name === name);
  return found.length === 1 ? (found[0]?.id ?? '') : expect.fail(`${found.length} sessions of ${name}`);
}

async function until(name: string, fits: (diagram: Diagram) => boolean): Promise<Diagram> {
  return vi.waitFor(async () => {
    const diagram = await sessionDiagram(hub, desk, sessionOf(name));
    expect(fits(diagram), golden(diagram)).toBe(true);
    return diagram;
  }, 60_000);
}

const says =
  (text: string) =>
  ({ rows }: Diagram): boolean =>
    rows.some((row) => 'text' in row && row.text.startsWith(text));

test('[HD1] [HD11] a good handshake of the official client over HTTP+SSE, and a call', async () => {
  const headers = { Authorization: `Bearer ${hub.key}` };
  const client = new Client({ name: 'golden-sse', version: '1.0' }, { capabilities: { roots: {} } });
  await client.connect(new SSEClientTransport(new URL(hub.server.sse), { requestInit: { headers } }));
  await client.listTools();
  await client.callTool({ name: 'file_write', arguments: { path: 'plan.md', text: 'x' } });
  const diagram = await until('golden-sse', says('file_write: result'));
  await expect(golden(diagram)).toMatchFileSnapshot('../fixtures/diagrams/good-sse.mmd');
  expect(diagram.findings).toEqual([]);
  expect(diagram.facts).toMatchObject({
    wire: 'sse',
    asked: '2025-11-25',
    agreed: '2025-11-25',
    client: { name: 'golden-sse', version: '1.0' },
    server: { name: 'signalbox' },
    clientCan: ['roots'],
    hubCan: expect.arrayContaining(['logging']),
    tookMs: expect.any(Number),
  });
  await client.close();
});

test('[HD1] [HD11] a good handshake of the official client over Streamable HTTP, and a call', async () => {
  const headers = { Authorization: `Bearer ${hub.key}` };
  const client = new Client({ name: 'golden-streamable', version: '1.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(hub.server.mcp), { requestInit: { headers } }));
  await until('golden-streamable', says('200, a stream')); // it opens it by itself, beside what is called
  await client.listTools();
  await client.callTool({ name: 'file_read', arguments: { path: 'plan.md' } });
  const diagram = await until('golden-streamable', says('file_read: result'));
  await expect(golden(diagram)).toMatchFileSnapshot('../fixtures/diagrams/good-streamable.mmd');
  expect(diagram.findings).toEqual([]);
  expect(diagram.facts).toMatchObject({ wire: 'streamable', agreed: '2025-11-25', tookMs: expect.any(Number) });
  await client.close();
});

test('[HD1] [HD11] a good handshake of the official client over stateless HTTP, and a call', async () => {
  const link = await connections.modern({
    url: hub.url,
    key: hub.key,
    name: 'golden-stateless',
    subscribeTo: `signalbox://workspaces/${hub.workspace}/events`,
    onEvent: () => undefined,
    onLost: () => undefined,
  });
  await link.call('file_read', { path: 'plan.md' });
  const diagram = await until('golden-stateless', says('file_read: result'));
  await expect(golden(diagram)).toMatchFileSnapshot('../fixtures/diagrams/good-stateless.mmd');
  expect(diagram.findings).toEqual([]);
  expect(diagram.facts).toMatchObject({ wire: 'modern', agreed: '2026-07-28', client: { name: 'golden-stateless' } });
  await link.close();
});

test.each(['sse', 'streamable', 'modern'] as const)(
  '[UI102] %s: the steps of a handshake are found in the beginning of what is recorded, where the last messages no longer have them',
  async (wire) => {
    await using link = await connectedOn(wire);
    for (let call = 0; call < 4; call += 1) await link.call('whoami', {});
    const session = hub.server.hub.state.sessions.get(sessionOf(`steps-${wire}`));
    if (!session) throw new Error('There is no session');
    await vi.waitFor(async () => {
      const first = (await firstFrames(desk.api, session.id)).map(toFrame);
      const states = handshakeSteps(session, first).map(({ name, state }) => `${name} ${state}`);
      expect(states.filter((state) => !state.endsWith(' done'))).toEqual([]);
      expect(states.length).toBeGreaterThanOrEqual(wire === 'modern' ? 2 : 4);
      const last = handshakeSteps(session, first.slice(-4));
      expect(last.map(({ state }) => state)).toContain('passed');
    }, 60_000);
  },
);

async function connectedOn(wire: 'sse' | 'streamable' | 'modern'): Promise<AgentLink & AsyncDisposable> {
  const link = await connections[wire]({
    url: hub.url,
    key: hub.key,
    name: `steps-${wire}`,
    subscribeTo: 'signalbox://guide',
    onEvent: () => undefined,
    onLost: () => undefined,
  });
  return { ...link, [Symbol.asyncDispose]: async () => await link.close() };
}
