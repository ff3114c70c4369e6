import { afterAll, beforeAll, expect, test } from 'vitest';
import { sseAgent, statelessRequest } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize, openStream, rpc, type RpcJson, type WireStream } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

/** Calls a tool on the stateless wire; answers the fields of its result. */
async function call(secret: string, name: string, args: object): Promise<Record<string, unknown>> {
  const request = statelessRequest(secret, 1, 'tools/call', { name, arguments: args });
  const headers = { ...request.headers, accept: 'application/json' };
  const { json } = await ask(hub.server.mcp, { ...request, headers });
  return (json.result?.['structuredContent'] ?? {}) as Record<string, unknown>;
}

/** The types of the events that a stream was told of, once the last one has come. */
async function toldOf(stream: WireStream, last: (event: Record<string, unknown>) => boolean): Promise<string[]> {
  const told: string[] = [];
  const eventIn = ({ params }: RpcJson) =>
    params?._meta?.['dev.signalbox/event'] as Record<string, unknown> | undefined;
  for (;;) {
    const event = eventIn(await stream.message((message) => eventIn(message) !== undefined));
    if (!event) continue;
    told.push(String(event['type']));
    if (last(event)) return told;
  }
}

test('[TF9] a claim reaches all that subscribed or listen, on each wire, and changes the tools of both', async () => {
  const uri = `signalbox://workspaces/${hub.workspace}/events`;
  const [giver, heir, watcher] = [
    await hub.newKey('giver', 'owner'),
    await hub.newKey('heir'),
    await hub.newKey('watcher', 'viewer'),
  ];
  const sse = await sseAgent(hub.url, watcher.secret);
  await sse.call(1, 'resources/subscribe', { uri });
  const opened = await ask(hub.server.mcp, { headers: bearer(watcher.secret), body: initialize() });
  const session = { ...bearer(watcher.secret), 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const streamable = await openStream(hub.server.mcp, { headers: session });
  await ask(hub.server.mcp, { headers: session, body: rpc(1, 'resources/subscribe', { uri }) });
  const notifications = { resourceSubscriptions: [uri] };
  const listen = await openStream(
    hub.server.mcp,
    statelessRequest(watcher.secret, 9, 'subscriptions/listen', { notifications }),
  );
  await listen.message();
  const [former, owner] = [await sseAgent(hub.url, giver.secret), await sseAgent(hub.url, heir.secret)];

  const { token } = await call(giver.secret, 'transfer_create', { keep_role: 'viewer' });
  expect(await call(heir.secret, 'transfer_claim', { token, preview: true })).toMatchObject({ claimed: false });
  expect(await call(heir.secret, 'transfer_claim', { token })).toMatchObject({ claimed: true });

  for (const stream of [sse.stream, streamable, listen]) {
    const told = await toldOf(stream, (event) => event['type'] === 'member.set' && event['keyId'] === giver.keyId);
    expect(told.slice(-3)).toEqual(['workspace.transferred', 'member.set', 'member.set']);
  }
  for (const { stream } of [former, owner]) {
    await stream.message(({ method }) => method === 'notifications/tools/list_changed');
    stream.drop();
  }
  for (const stream of [sse.stream, streamable, listen]) stream.drop();
});
