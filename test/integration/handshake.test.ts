import { afterAll, beforeAll, expect, test } from 'vitest';
import { statelessHeaders, statelessMeta } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, endpointOf, openStream, rpc, type RpcJson } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

/** Greets on a stream of its own; answers what came back on it. */
async function onSse(params: Record<string, unknown>): Promise<RpcJson> {
  const stream = await openStream(hub.server.sse, { headers: bearer(hub.key) });
  const post = await endpointOf(stream, hub.url);
  await ask(post, { headers: bearer(hub.key), body: rpc(1, 'initialize', params) });
  const answer = await stream.message(({ id }) => id === 1);
  stream.drop();
  return answer;
}

async function onStreamable(params: Record<string, unknown>): Promise<RpcJson> {
  const answer = await ask(hub.server.mcp, { headers: bearer(hub.key), body: rpc(1, 'initialize', params) });
  if (answer.json.error) {
    expect([answer.status, answer.headers['mcp-session-id']]).toEqual([400, undefined]);
  }
  return answer.json;
}

const clientInfo = { name: 'test-agent', version: '1.0.0' };

test.each([
  ['says no revision', { capabilities: {}, clientInfo }, '"protocolVersion"'],
  ['says a revision that is no text', { protocolVersion: 20251125, capabilities: {}, clientInfo }, '"protocolVersion"'],
  ['names its client by a text', { protocolVersion: '2025-11-25', clientInfo: 'agent' }, '"clientInfo"'],
])('[ST17] an initialize that %s is refused with what to send, and opens no session', async (_what, params, wrong) => {
  const refused = {
    id: 1,
    error: {
      code: -32_602,
      message: expect.stringMatching(new RegExp(`^${wrong} must be .* Send for example \\{`, 'u')),
    },
  };
  expect(await onSse(params)).toMatchObject(refused);
  const before = hub.server.hub.state.sessions.size;
  expect(await onStreamable(params)).toMatchObject(refused);
  expect(hub.server.hub.state.sessions.size).toBe(before);
});

test.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
  '[ST17] an initialize of revision %s is served, also without the client’s name and capabilities',
  async (protocolVersion) => {
    for (const greet of [onSse, onStreamable]) {
      for (const rest of [{}, { capabilities: [], clientInfo: {} }, { capabilities: { roots: {} }, clientInfo }]) {
        expect((await greet({ protocolVersion, ...rest })).result).toMatchObject({ protocolVersion });
      }
    }
  },
);

test('[SE11] the name of a client is the same on each wire: without what nobody sees', async () => {
  const odd = { name: '\u202eodd\u200b one', version: '1\u00ad.0' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: odd };
  await onSse(params);
  await onStreamable(params);
  await ask(hub.server.mcp, {
    headers: statelessHeaders(hub.key, 'tools/list'),
    body: rpc(1, 'tools/list', {
      _meta: { ...statelessMeta('x'), 'io.modelcontextprotocol/clientInfo': odd },
    }),
  });
  const clients = [...hub.server.hub.state.sessions.values()].map(({ wire, client }) => [
    wire,
    client?.name,
    client?.version,
  ]);
  for (const wire of ['sse', 'streamable', 'modern']) expect(clients).toContainEqual([wire, 'odd one', '1.0']);
});
