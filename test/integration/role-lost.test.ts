import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Origin } from '../../src/hub/rule.ts';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { removeMember, setMember } from '../../src/hub/rules/members.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { sseAgent, statelessRequest } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { dropStream, untilEvent } from '../support/until.ts';
import {
  ask,
  bearer,
  openStream,
  rpc,
  type RpcJson,
  type StreamRequest,
  type WireStream,
} from '../support/wire-client.ts';

const human: Origin = { actor: { kind: 'human' } };
let hub: TestServer;
let reader: { readonly secret: string; readonly keyId: string };
beforeEach(async () => {
  hub = await startTestHub();
  reader = await hub.newKey('reader', 'viewer');
});
afterEach(() => hub.close());

const uri = (workspace = hub.workspace): string => `signalbox://workspaces/${workspace}/events`;
const write = (path: string): Promise<unknown> =>
  hub.server.files.write(human, {
    workspace: hub.workspace,
    path,
    content: Buffer.from('x'),
    source: 'import',
  });
const remove = () => ({ workspace: hub.workspace, keyId: reader.keyId });
const wasNotified = ({ events }: WireStream, what: string): boolean => events.some(({ data }) => data?.includes(what));

/** A request for a listen stream of the stateless wire. */
const listening = (uris: readonly string[], id: number): StreamRequest =>
  statelessRequest(reader.secret, id, 'subscriptions/listen', {
    notifications: { toolsListChanged: true, resourceSubscriptions: uris },
  });

const listen = (uris: readonly string[], id = 9): Promise<WireStream> =>
  openStream(hub.server.mcp, listening(uris, id));

/** Opens a session on `/sse` that is notified of the workspace. */
async function subscribed(): Promise<{ stream: WireStream; session: string; last: string }> {
  const { stream, session, call } = await sseAgent(hub.url, reader.secret);
  await call(1, 'resources/subscribe', { uri: uri() });
  const last = stream.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  return { stream, session, last };
}

/** Comes back to a session; answers the stream once it has all that there was for it. */
async function back({ session, last }: { session: string; last: string }): Promise<WireStream> {
  const headers = { ...bearer(reader.secret), 'last-event-id': last };
  const resumed = untilEvent(hub.server.hub, ({ type }) => type === 'session.resumed');
  const stream = await openStream(hub.server.sse, { headers });
  await resumed;
  await ask(`${hub.url}/messages?sessionId=${session}`, { headers: bearer(reader.secret), body: rpc('back', 'ping') });
  await stream.message(({ id }) => id === 'back');
  return stream;
}

test('[BC15] [BC37] a listen stream of a workspace ends when its key may not read that any more; others go on', async () => {
  const origin: Origin = { actor: { kind: 'agent', key: reader.keyId } };
  const { workspace } = await hub.server.hub.execute(createWorkspace, { name: 'own' }, human);
  await hub.server.hub.execute(setMember, { workspace, keyId: reader.keyId, role: 'editor' }, human);
  const both = await listen([uri(), uri(workspace)]);
  const own = await listen([uri(workspace)], 10);
  await both.message();
  await own.message();
  const written = untilEvent(hub.server.hub, ({ type }) => type === 'file.written');
  await hub.server.hub.execute(removeMember, remove(), human);
  await write('secret.txt');
  await written;
  expect(await both.message(({ id }) => id === 9)).toMatchObject({ error: { data: { code: 'forbidden' } } });
  await both.ended;
  expect(wasNotified(both, 'member.removed')).toBe(true);
  expect(wasNotified(both, 'secret.txt')).toBe(false);
  const path = 'mine.txt';
  await hub.server.files.write(origin, { workspace, path, content: Buffer.from('x'), source: 'import' });
  await own.message(({ method }) => method === 'notifications/resources/updated');
  own.drop();
});

test('[BC15] what happens in the turn in which a key is revoked or loses its role is not sent to it', async () => {
  const { hub: core } = hub.server;
  const event = { type: 'upload.cancelled', workspace: hub.workspace, uploadId: 'upl_x', path: 'x' } as const;
  const one = await listen([uri()]);
  await one.message();
  core.commit(removeMember, remove(), human);
  core.record([{ ...event, reason: 'after removal' }], human);
  await one.ended;
  expect(wasNotified(one, 'after removal')).toBe(false);

  reader = await hub.newKey('second reader', 'viewer');
  const two = await listen([uri()]);
  await two.message();
  core.commit(revokeKey, { keyId: reader.keyId }, human);
  core.record([{ ...event, reason: 'after revocation' }], human);
  await two.ended;
  expect(wasNotified(two, 'after revocation')).toBe(false);
});

test('[BC15] [BC37] a key that loses its role, or is revoked, while it begins to listen is refused', async () => {
  const cases = [
    [() => hub.server.hub.commit(removeMember, remove(), human), 'not_found'],
    [() => hub.server.hub.commit(revokeKey, { keyId: reader.keyId }, human), 'key_revoked'],
  ] as const;
  for (const [lose, code] of cases) {
    reader = await hub.newKey(`reader that is ${code}`, 'viewer');
    const subscribes = untilEvent(hub.server.hub, ({ type }) => type === 'session.subscribed').then(lose);
    const answer = await ask(hub.server.mcp, listening([uri()], 9));
    await subscribes;
    expect(answer.json).toMatchObject({ id: 9, error: { data: { code } } });
  }
});

test('[BC15] a session whose key is revoked while it is opened is not opened', async () => {
  const { hub: core } = hub.server;
  const execute = core.execute.bind(core);
  // Both in one commit of the log, so that the session is over before its opening is answered.
  vi.spyOn(core, 'execute').mockImplementationOnce((rule, command, origin) => {
    const opening = execute(rule, command, origin);
    core.commit(revokeKey, { keyId: reader.keyId }, human);
    return opening;
  });
  const stream = await openStream(hub.server.sse, { headers: bearer(reader.secret) });
  await stream.ended;
  expect(stream.status).toBe(409);
});

test('[BC15] [BC37] what was kept for a session’s return is not sent once its key may not read it', async () => {
  const one = await subscribed();
  await dropStream(hub.server.hub, one.stream, one.session);
  await write('before.txt');
  await hub.server.hub.execute(removeMember, remove(), human);
  await write('after.txt');
  const again = await back(one);
  expect(again.events.filter(({ data }) => data?.includes('.txt'))).toEqual([]);
});

test('[BC21] a key that is revoked while its session is brought up to date has that stream ended at once', async () => {
  const one = await subscribed();
  await hub.restart();
  await write('before.txt');
  const { audit } = hub.server.hub;
  const after = audit.after.bind(audit);
  const held = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  vi.spyOn(audit, 'after').mockImplementation(async (...args) => {
    asked.resolve();
    await held.promise;
    return after(...args);
  });
  const headers = { ...bearer(reader.secret), 'last-event-id': one.last };
  const stream = await openStream(hub.server.sse, { headers });
  await asked.promise;
  await hub.server.hub.execute(revokeKey, { keyId: reader.keyId }, human);
  await stream.ended;
  held.resolve();
  expect(wasNotified(stream, 'before.txt')).toBe(false);
});

test('[BC15] [BC37] a session that comes back after a restart of the hub is not notified of what its key has lost since', async () => {
  const one = await subscribed();
  await hub.restart();
  await hub.server.hub.execute(removeMember, remove(), human);
  const again = await back(one);
  await write('after.txt');
  await ask(`${hub.url}/messages?sessionId=${one.session}`, { headers: bearer(reader.secret), body: rpc(3, 'ping') });
  await again.message(({ id }: RpcJson) => id === 3);
  expect(again.events.filter(({ data }) => data?.includes('.txt'))).toEqual([]);
  expect(hub.server.hub.state.sessions.get(one.session)?.subscriptions).toEqual([]);
});
