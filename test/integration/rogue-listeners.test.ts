import { afterEach, beforeEach, expect, test } from 'vitest';
import { resumeKey } from '../../src/hub/rules/keys.ts';
import { removeMember } from '../../src/hub/rules/members.ts';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import { sseAgent, statelessRequest } from '../support/agent.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { untilEvent } from '../support/until.ts';
import { ask, bearer, initialize, openStream, rpc } from '../support/wire-client.ts';

let hub: TestServer;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers });
});
afterEach(() => hub.close());

const eventsOf = (workspace: string): string => `signalbox://workspaces/${workspace}/events`;
const closed = () => untilEvent(hub.server.hub, ({ type }) => type === 'session.closed');
const suspended = (keyId: string): boolean => hub.server.hub.state.keys.get(keyId)?.suspendedAt !== undefined;

/** Reads a list of files of a workspace, on the stateless wire; gives status and body. */
async function reach(secret: string, workspace: string): Promise<string> {
  const request = statelessRequest(secret, 1, 'tools/call', { name: 'file_list', arguments: { workspace } });
  const headers = { ...request.headers, accept: 'application/json' };
  const { status, text } = await ask(hub.server.mcp, { ...request, headers });
  await hub.server.hub.durable();
  return `${status} ${text}`;
}

test('[BC30] a subscription outside ends the session on each wire, a call does not', async () => {
  await hub.server.hub.execute(createWorkspace, { name: 'hidden' }, human);
  for (const name of ['hidden', 'nowhere']) {
    const { secret, keyId } = await hub.newKey(`on sse ${name}`, 'viewer');
    const one = await sseAgent(hub.url, secret);
    await one.call(1, 'tools/call', { name: 'file_list', arguments: { workspace: name } });
    const ends = closed();
    const answer = await one.call(2, 'resources/subscribe', { uri: eventsOf(name) });
    expect(answer.error?.data).toMatchObject({ code: 'not_found' });
    expect(await ends).toMatchObject({ sessionId: one.session, reason: 'scope_violation' });
    await one.stream.ended;
    const error = one.stream.events.find(({ event }) => event === 'error');
    expect(JSON.parse(error?.data ?? '{}')).toMatchObject({ error: { code: 'not_found' } });
    const denied = await hub.server.hub.audit.page({ by: keyId, types: ['access.denied'] });
    expect(denied.items).toHaveLength(2);

    const other = await hub.newKey(`on streamable ${name}`, 'viewer');
    const greeted = await ask(hub.server.mcp, { headers: bearer(other.secret), body: initialize() });
    const headers = { ...bearer(other.secret), 'mcp-session-id': String(greeted.headers['mcp-session-id']) };
    const stream = await openStream(hub.server.mcp, { headers: { ...headers, accept: 'text/event-stream' } });
    const endsToo = closed();
    await ask(hub.server.mcp, { headers, body: rpc(1, 'resources/subscribe', { uri: eventsOf(name) }) });
    expect(await endsToo).toMatchObject({ reason: 'scope_violation' });
    await stream.ended;

    const third = await hub.newKey(`stateless ${name}`, 'viewer');
    const endsAsWell = closed();
    const notifications = { resourceSubscriptions: [eventsOf(name)] };
    const refused = await ask(
      hub.server.mcp,
      statelessRequest(third.secret, 1, 'subscriptions/listen', { notifications }),
    );
    expect(refused.json.error?.data).toMatchObject({ code: 'not_found' });
    expect(refused.headers.connection).toBe('close');
    expect(await endsAsWell).toMatchObject({ reason: 'scope_violation' });
  }
});

test('[KY20] [KY39] three names that a key was never granted within a minute suspend it until a person lifts that', async () => {
  const { secret, keyId } = await hub.newKey('guesser', 'editor');
  const open = await sseAgent(hub.url, secret);
  await hub.server.hub.execute(createWorkspace, { name: 'real' }, human);
  await reach(secret, 'real');
  await reach(secret, 'made-up');
  expect(suspended(keyId)).toBe(false);
  await fetch(`${hub.url}/files/third/x`, { headers: bearer(secret) });
  await open.stream.ended;
  expect(suspended(keyId)).toBe(true);
  const refusedEverywhere = async (): Promise<void> => {
    expect(await reach(secret, 'default')).toMatch(/^403 .*key_suspended/u);
    for (const path of ['/files/default/x', '/sse', '/mcp', '/uploads/upl_x']) {
      const answer = await ask(`${hub.url}${path}`, {
        method: path.startsWith('/uploads') ? 'DELETE' : 'GET',
        headers: { ...bearer(secret), 'tus-resumable': '1.0.0' },
      });
      expect([path, answer.status, answer.text.includes('key_suspended')]).toEqual([path, 403, true]);
    }
  };
  await refusedEverywhere();
  await hub.restart();
  await refusedEverywhere();
  await expect(
    hub.server.hub.execute(resumeKey, { keyId }, { actor: { kind: 'agent', key: keyId } }),
  ).rejects.toMatchObject({ code: 'forbidden' });
  await hub.server.hub.execute(resumeKey, { keyId }, human);
  expect(await reach(secret, 'default')).toMatch(/^200 .*"files"/u);
  const { items } = await hub.server.hub.audit.page({ types: ['key'] });
  expect(items.slice(0, 2)).toMatchObject([
    { type: 'key.resumed', keyId },
    { type: 'key.suspended', keyId, asked: ['real', 'made-up', 'third'] },
  ]);
});

test('[KY20] a repeated typo, names over minutes, and what a key had and lost suspend nobody', async () => {
  const { secret, keyId } = await hub.newKey('honest', 'owner');
  for (let n = 0; n < 5; n++) await reach(secret, 'defualt');
  for (const name of ['one', 'two', 'three', 'four']) {
    clock.advance(61_000);
    await reach(secret, name);
  }
  clock.advance(61_000);
  const { hub: core } = hub.server;
  const origin = { actor: { kind: 'agent', key: keyId } } as const;
  const make = async (name: string): Promise<string> =>
    (await core.execute(createWorkspace, { name }, origin)).workspace;
  const [gone, lost, renamed] = [await make('gone'), await make('lost'), await make('renamed')];
  await core.execute(deleteWorkspace, { workspace: gone, confirm: 'gone' }, human);
  await core.execute(removeMember, { workspace: lost, keyId }, human);
  await core.execute(updateWorkspace, { workspace: renamed, name: 'other name' }, human);
  for (const name of ['gone', gone, 'lost', lost, 'renamed', 'one']) await reach(secret, name);
  expect(suspended(keyId)).toBe(false);
});

test('[KY20] a minute is a minute, also where the clock is set back by an hour meanwhile', async () => {
  const patient = await hub.newKey('patient', 'viewer');
  for (const name of ['one', 'two', 'three', 'four']) {
    await reach(patient.secret, name);
    clock.advance(61_000);
    clock.jump(-3_600_000);
  }
  expect(suspended(patient.keyId)).toBe(false);
  const hasty = await hub.newKey('hasty', 'viewer');
  for (const name of ['one', 'two', 'three']) {
    await reach(hasty.secret, name);
    clock.jump(3_600_000);
    clock.advance(2_000);
  }
  expect(suspended(hasty.keyId)).toBe(true);
});
