import { afterEach, beforeEach, expect, test } from 'vitest';
import { setKeyTools } from '../../src/hub/rules/key-changes.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { removeMember, setMember } from '../../src/hub/rules/members.ts';
import type { SessionState } from '../../src/protocol/state.ts';
import { statelessHeaders, statelessMeta, statelessRequest } from '../support/agent.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { nextOf, untilEvent } from '../support/until.ts';
import { ask, openStream, rpc, type RpcJson, type WireAnswer, type WireStream } from '../support/wire-client.ts';
import type { Wire } from '../../src/protocol/wire-names.ts';

const STATELESS: Wire = 'modern';
let hub: TestServer;
let clock: FakeClock;
let mcp: string;
beforeEach(async () => {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers });
  mcp = hub.server.mcp;
});
afterEach(() => hub.close());

const eventsOf = (workspace = hub.workspace): string => `signalbox://workspaces/${workspace}/events`;

function sessionsOf(client: string): SessionState[] {
  const all = [...hub.server.hub.state.sessions.values()];
  return all.filter((session) => session.wire === STATELESS && session.client?.name === client);
}

function sessionOf(client: string): SessionState {
  const [session] = sessionsOf(client);
  if (!session) throw new Error(`There is no session of ${client}`);
  return session;
}

/** Answered as JSON. */
function request(client: string, method: string, params: Record<string, unknown> = {}, id = 1): Promise<WireAnswer> {
  const sent = statelessRequest(hub.key, id, method, params, client);
  return ask(mcp, { ...sent, headers: { ...sent.headers, accept: 'application/json' } });
}

/** A listen stream that has been acknowledged. */
async function listening(client: string, notifications: Record<string, unknown>, id = 1): Promise<WireStream> {
  const stream = await openStream(
    mcp,
    statelessRequest(hub.key, id, 'subscriptions/listen', { notifications }, client),
  );
  expect(await stream.message()).toMatchObject({ method: 'notifications/subscriptions/acknowledged' });
  return stream;
}

const eventIn = ({ params }: RpcJson) =>
  params?._meta?.['dev.signalbox/event'] as { readonly seq: number; readonly path: string } | undefined;

const write = (path: string, workspace = hub.workspace) =>
  hub.server.files.write(human, { workspace, path, content: Buffer.from('x'), source: 'import' });

test('[MD13] a subscription of two listen streams ends with the second of them', async () => {
  const uri = eventsOf();
  const first = await listening('md13', { resourceSubscriptions: [uri] }, 1);
  const second = await listening('md13', { resourceSubscriptions: [uri] }, 2);
  const ended: string[] = [];
  hub.server.hub.subscribe((batch) => {
    for (const { event } of batch) if (event.type === 'session.unsubscribed') ended.push(event.uri);
  });
  first.drop();
  await first.ended;
  // The hub has noticed when the next request, which is behind it, is answered and an event has gone out.
  await write('one.txt');
  expect(await second.message()).toMatchObject({ params: { uri } });
  expect(sessionOf('md13').subscriptions).toEqual([uri]);
  expect(ended).toEqual([]);
  const over = nextOf(hub.server.hub, 'session.unsubscribed');
  second.drop();
  await over;
  expect(sessionOf('md13').subscriptions).toEqual([]);
});

test('[MD13] a listen request that names a URI twice, or in two forms, is notified of each event once', async () => {
  const uri = eventsOf();
  const stream = await openStream(
    mcp,
    statelessRequest(hub.key, 3, 'subscriptions/listen', {
      notifications: { resourceSubscriptions: [uri, uri, 'signalbox://workspaces/default/events'] },
    }),
  );
  expect((await stream.message()).params).toMatchObject({ notifications: { resourceSubscriptions: [uri] } });
  await write('one.txt');
  await write('two.txt');
  const paths: unknown[] = [];
  while (paths.length < 2) {
    paths.push(eventIn(await stream.message())?.path);
  }
  expect(paths).toEqual(['one.txt', 'two.txt']);
  stream.drop();
});

test('[MD13] a client that leaves while its subscriptions are logged leaves none behind', async () => {
  await request('leaver', 'tools/list');
  const uris = Array.from({ length: 40 }, (_, n) => `signalbox://workspaces/${hub.workspace}/files/${n}.txt`);
  const core = hub.server.hub;
  for (let round = 0; round < 3; round += 1) {
    const gone = new AbortController();
    const begun = nextOf(core, 'session.subscribed');
    const sent = fetch(mcp, {
      method: 'POST',
      signal: gone.signal,
      headers: {
        ...statelessHeaders(hub.key, 'subscriptions/listen'),
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify(
        rpc(1, 'subscriptions/listen', {
          notifications: { resourceSubscriptions: uris },
          _meta: statelessMeta('leaver'),
        }),
      ),
    }).catch(() => undefined);
    await begun;
    gone.abort();
    await sent;
    const last = untilEvent(core, () => sessionOf('leaver').subscriptions.length === 0);
    if (sessionOf('leaver').subscriptions.length > 0) await last;
  }
  expect(sessionOf('leaver').subscriptions).toEqual([]);
});

test('[MD14] only a listen stream that asked for them is notified of changes of the tools', async () => {
  const { secret, keyId } = await hub.newKey('md14', 'viewer');
  const open = async (client: string, notifications: Record<string, unknown>): Promise<WireStream> => {
    const sent = statelessRequest(secret, 1, 'subscriptions/listen', { notifications }, client);
    const stream = await openStream(mcp, sent);
    await stream.message();
    return stream;
  };
  const uri = eventsOf();
  const asked = await open('asked', { toolsListChanged: true, resourceSubscriptions: [uri] });
  const not = await open('not', { resourceSubscriptions: [uri], toolsListChanged: false });
  await hub.server.hub.execute(setMember, { workspace: hub.workspace, keyId, role: 'editor' }, human);
  const written = await write('after.txt');
  for (const stream of [asked, not]) await stream.message((message) => eventIn(message)?.seq === written.seq);
  const changes = ({ events }: WireStream) => events.filter(({ data }) => data?.includes('tools/list_changed')).length;
  expect([changes(asked), changes(not)]).toEqual([1, 0]);
  for (const stream of [asked, not]) stream.drop();
});

test('[TP7] a listen stream that asked for it is notified that the tools of its key were chosen', async () => {
  const { secret, keyId } = await hub.newKey('tp7', 'viewer');
  const notifications = { toolsListChanged: true };
  const stream = await openStream(mcp, statelessRequest(secret, 1, 'subscriptions/listen', { notifications }));
  await hub.server.hub.execute(setKeyTools, { keyId, tools: { set: 'read' } }, human);
  await stream.message(({ method }) => method === 'notifications/tools/list_changed');
  stream.drop();
});

test('[MD14] a listen stream of two workspaces ends when its key loses one of them', async () => {
  const core = hub.server.hub;
  const { workspace: other } = await core.execute(createWorkspace, { name: 'other' }, human);
  const { secret, keyId } = await hub.newKey('md14-two', 'viewer');
  await core.execute(setMember, { workspace: other, keyId, role: 'viewer' }, human);
  const notifications = { resourceSubscriptions: [eventsOf(), eventsOf(other)] };
  const stream = await openStream(mcp, statelessRequest(secret, 7, 'subscriptions/listen', { notifications }));
  await stream.message();
  await core.execute(removeMember, { workspace: other, keyId }, human);
  expect(await stream.message(({ id }) => id === 7)).toMatchObject({ error: { data: { code: 'forbidden' } } });
  await stream.ended;
});
