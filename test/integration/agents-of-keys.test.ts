import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HUB } from '../../src/hub/rule.ts';
import { dropSession } from '../../src/hub/rules/sessions.ts';
import { sseAgent, statelessRequest } from '../support/agent.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc, type WireAnswer } from '../support/wire-client.ts';

let hub: TestServer;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  hub = await startTestHub({ now: clock.now, timers: clock.timers });
});
afterEach(() => hub.close());

type Headers = Readonly<Record<string, string>>;
const named = (name: string): Headers => ({ 'x-signalbox-agent': name });

/** A session on Streamable HTTP, and its calls. */
async function connect(client: string, headers: Headers = {}, query = '', secret = hub.key) {
  const url = `${hub.server.mcp}${query}`;
  const begun = await ask(url, { headers: { ...bearer(secret), ...headers }, body: initialize('2025-11-25', client) });
  const id = String(begun.headers['mcp-session-id']);
  const own = { ...bearer(secret), ...headers, 'mcp-session-id': id };
  return {
    id,
    begun,
    post: (body: unknown, more: Headers = {}, to = url) => ask(to, { headers: { ...own, ...more }, body }),
    call: async (tool: string, args: object = {}) =>
      answerOf(await ask(url, { headers: own, body: rpc(1, 'tools/call', { name: tool, arguments: args }) })),
  };
}

/** What a tool answered, whether on a stream or as JSON; a client that is given text alone has the fields in that. */
function answerOf({ text }: WireAnswer): Record<string, unknown> {
  const json = JSON.parse(/^data: (\{.*)$/mu.exec(text)?.[1] ?? text) as {
    result: { structuredContent?: Record<string, unknown>; content: { text: string }[] };
  };
  const lines = json.result.content[0]?.text.matchAll(/^(\w+): (.*)$/gmu) ?? [];
  return json.result.structuredContent ?? Object.fromEntries(Array.from(lines, ([, name, value]) => [name, value]));
}

const agentOf = (id: string): string | undefined => hub.server.hub.state.sessions.get(id)?.agent;
const stateless = (client: string, headers: Headers, tool = 'whoami'): Promise<WireAnswer> => {
  const sent = statelessRequest(hub.key, 1, 'tools/call', { name: tool, arguments: {} }, client);
  return ask(hub.server.mcp, { ...sent, headers: { ...sent.headers, ...headers, accept: 'application/json' } });
};

test('[AG1] [AG9] on each wire, a header or the address names the agent, and whoami says who one is', async () => {
  expect(await (await connect('claude-code')).call('whoami')).toMatchObject({ agent: 'claude-code' });
  const byHeader = await connect('claude-code', named('reviewer'));
  expect(await byHeader.call('whoami')).toMatchObject({ agent: 'reviewer' });
  const byAddress = await connect('claude-code', {}, '?agent=Zo%C3%AB%20B.');
  expect(await byAddress.call('whoami')).toMatchObject({ agent: 'Zoë B.' });
  // In UTF-8, as headers of many programs are; Node's own client would write it twice.
  const begun = await fetch(hub.server.mcp, {
    method: 'POST',
    headers: {
      ...bearer(hub.key),
      ...named(Buffer.from('Zoë C.').toString('latin1')),
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify(initialize()),
  });
  expect(agentOf(begun.headers.get('mcp-session-id') ?? '')).toBe('Zoë C.');
  await begun.body?.cancel();
  expect(answerOf(await stateless('claude-code', named('tester')))).toMatchObject({ agent: 'tester' });

  const stream = await openStream(`${hub.server.sse}?agent=writer`, { headers: bearer(hub.key) });
  const post = await endpointOf(stream, hub.url);
  const { searchParams } = new URL(post);
  expect(agentOf(searchParams.get('sessionId') ?? '')).toBe('writer');
  stream.drop();

  // The name that comes with the first message only.
  const late = await openStream(hub.server.sse, { headers: bearer(hub.key) });
  const address = await endpointOf(late, hub.url);
  await ask(address, { headers: { ...bearer(hub.key), ...named('late') }, body: initialize() });
  await late.message(({ id }) => id === 'init');
  expect(agentOf(new URL(address).searchParams.get('sessionId') ?? '')).toBe('late');
  late.drop();
});

test('[AG1] an empty name, as a variable that is not set leaves it, is none', async () => {
  const agent = await connect('codex', named(''), '?agent=');
  expect(agentOf(agent.id)).toBe('codex');
});

test('[AG2] two sessions that claim one name at once are two agents', async () => {
  const both = await Promise.all([connect('a', named('reviewer')), connect('b', named('reviewer'))]);
  expect(new Set(both.map(({ id }) => agentOf(id)))).toEqual(new Set(['reviewer', 'reviewer 2']));
});

test('[AG2] what an agent does has its name; four clients with one key are four agents', async () => {
  const four = await Promise.all(Array.from({ length: 4 }, () => connect('claude-code')));
  const who = await Promise.all(four.map(({ call }) => call('whoami')));
  const names = new Set(['claude-code', 'claude-code 2', 'claude-code 3', 'claude-code 4']);
  expect(new Set(who.map(({ agent }) => agent))).toEqual(names);
  const { items } = await hub.server.hub.audit.page({ types: ['tool.called'] });
  const actors = items.map(({ actor }) => (actor.kind === 'agent' ? actor.agent : undefined));
  expect(new Set(actors)).toEqual(names);
});

const wrongNames: readonly (readonly [Headers, query: string, why: string])[] = [
  [named('one'), '?agent=two', 'names two agents, "one" and "two"'],
  [{}, '?agent=one&agent=two', 'names two agents'],
  [named('x'.repeat(10_000)), '', 'is longer than 64 characters'],
  [named('a/b'), '', 'has a slash'],
  [{}, '?agent=a%E2%80%AEb', 'which nobody sees'],
  [{}, '?agent=a%20', 'begins or ends with a blank'],
];

test('[AG5] a request with a name that no agent may have, or with two, is refused with what to do, on each wire', async () => {
  for (const [headers, query, why] of wrongNames) {
    const refused = [
      (await connect('x', headers, query)).begun,
      await ask(`${hub.server.sse}${query}`, {
        method: 'GET',
        headers: { ...bearer(hub.key), ...headers, accept: 'text/event-stream' },
      }),
      await ask(`${hub.server.mcp}${query}`, statelessWith(headers)),
    ];
    for (const answer of refused) {
      expect(answer.status).toBe(400);
      expect(answer.json.error?.message).toContain(why);
      expect(answer.text.length).toBeLessThan(1_000); // whatever was sent
    }
  }
  expect(hub.server.hub.state.sessions.size).toBe(0);
});

function statelessWith(headers: Headers) {
  const sent = statelessRequest(hub.key, 1, 'tools/list', {}, 'x');
  return { ...sent, headers: { ...sent.headers, ...headers } };
}

test('[AG5] a session keeps its agent: a request that names another one is refused, one without a name is not', async () => {
  const agent = await connect('codex', named('reviewer'));
  const other = await agent.post(rpc(2, 'ping'), named('writer'));
  expect(other.status).toBe(400);
  expect(other.json.error?.message).toContain('This session is of the agent reviewer, and the request names "writer"');
  expect((await agent.post(rpc(3, 'ping'), named(''))).status).toBe(200);
  expect((await agent.post(rpc(4, 'ping'))).status).toBe(200);
  const second = await connect('codex', named('reviewer'));
  expect(agentOf(second.id)).toBe('reviewer 2');
  expect((await second.post(rpc(2, 'ping'))).status).toBe(200);
  await hub.restart();
  expect((await second.post(rpc(3, 'ping'), {}, hub.server.mcp)).status).toBe(200);
  expect(agentOf(second.id)).toBe('reviewer 2');

  const sse = await sseAgent(hub.url, hub.key);
  const wrong = await ask(`${hub.url}/messages?sessionId=${sse.session}`, {
    headers: { ...bearer(hub.key), ...named('writer') },
    body: rpc(5, 'ping'),
  });
  expect(wrong.status).toBe(400);
  expect(await sse.call(6, 'ping')).toMatchObject({ result: {} });
  sse.stream.drop();
});

test('[AG6] on the stateless wire one key and client is one agent, unless its requests name some', async () => {
  const answers = [];
  for (const headers of [{}, {}, named('one'), named('two'), named('one')]) {
    answers.push(answerOf(await stateless('claude-code', headers)));
  }
  expect(answers.map(({ agent }) => agent)).toEqual(['claude-code', 'claude-code', 'one', 'two', 'one']);
  expect(hub.server.hub.state.sessions.size).toBe(3);
  await hub.restart();
  expect(answerOf(await stateless('claude-code', named('two')))).toMatchObject({ agent: 'two' });
  expect(answerOf(await stateless('claude-code', {}))).toMatchObject({ agent: 'claude-code' });
  expect(hub.server.hub.state.sessions.size).toBe(3);
});

test('[AG19] two agents that are named stay two on the stateless wire, whatever names are counted meanwhile', async () => {
  const agentIn = async (client: string, name: string) => answerOf(await stateless(client, named(name)))['agent'];
  const held = await connect('x', named('worker'));
  expect(await agentIn('x', 'worker 2')).toBe('worker 2');
  // Counted to `worker`, whose name a session of another wire has.
  expect(await agentIn('y', 'worker')).toBe('worker 3');
  expect(await agentIn('x', 'worker')).toBe('worker 4');
  expect(await agentIn('x', 'worker 3')).toBe('worker 3 2');
  expect(await agentIn('y', 'worker 3')).toBe('worker 3 3');
  const all = hub.server.hub.state.sessions.size;
  await hub.restart();
  for (const [client, name, agent] of [
    ['x', 'worker 2', 'worker 2'],
    ['y', 'worker', 'worker 3'],
    ['x', 'worker', 'worker 4'],
    ['x', 'worker 3', 'worker 3 2'],
  ] as const) {
    expect(await agentIn(client, name)).toBe(agent);
  }
  expect(hub.server.hub.state.sessions.size).toBe(all);
  const wrong = await held.post(rpc(3, 'ping'), named('worker 2'), hub.server.mcp);
  expect(wrong.json.error?.message).toContain('This session is of the agent worker, and the request names "worker 2"');
});

test('[AG10] a name gives nothing: an agent of another key with the same name has that key’s rights only', async () => {
  const owner = await connect('codex', named('boss'));
  const { secret } = await hub.newKey('guest', 'viewer');
  const guest = await connect('codex', named('boss'), '', secret);
  expect(agentOf(guest.id)).toBe('boss');
  expect(await owner.call('file_write', { path: 'a.md', text: 'x' })).toMatchObject({ path: 'a.md' });
  expect(await guest.call('file_write', { path: 'a.md', text: 'y' })).toMatchObject({ code: 'forbidden' });
  const { lock_token } = await owner.call('lock_acquire', { path: 'a.md' });
  const { locks } = (await guest.call('lock_list')) as { locks: readonly Record<string, unknown>[] };
  expect(locks[0]).toMatchObject({ mine: false });
  expect(locks[0]).not.toHaveProperty('lock_token');
  const writer = await hub.newKey('writer', 'editor');
  const other = await connect('codex', named('boss'), '', writer.secret);
  expect(await other.call('lock_release', { lock_token })).toMatchObject({ code: 'lock_not_held' });
});

test('[AG11] [AG12] an agent of the same key waits for the lock; one that was restarted finds its token and goes on', async () => {
  const first = await connect('codex', named('writer'));
  const second = await connect('codex', named('helper'));
  const { lock_token } = await first.call('lock_acquire', { path: 'a.md' });
  const waits = second.call('lock_acquire', { path: 'a.md', wait_ms: 20_000 });
  await vi.waitUntil(() => hub.server.locks.waiting === 1);
  const locksOf = async (of: typeof first) => (await of.call('lock_list')) as { locks: Record<string, unknown>[] };
  const { locks } = await locksOf(second);
  expect(locks).toMatchObject([
    { agent: 'writer', mine: false, lock_token, waiters: [{ agent: 'helper', mine: true }] },
  ]);

  // Killed, and started again: its session is lost, and its name is free.
  hub.server.hub.commit(dropSession, { sessionId: first.id, reason: 'It was killed.' }, HUB);
  const again = await connect('codex', named('writer'));
  expect((await locksOf(again)).locks).toMatchObject([{ agent: 'writer', mine: true, lock_token }]);
  expect(await again.call('file_write', { path: 'a.md', text: 'x', lock_token })).toMatchObject({ version: 1 });
  expect(await again.call('lock_release', { lock_token })).toMatchObject({ released: true });
  expect(await waits).toMatchObject({ path: 'a.md' });
  const state = (await again.call('workspace_get')) as { sessions: Record<string, unknown>[] };
  expect(new Set(state.sessions.map(({ agent }) => agent))).toEqual(new Set(['writer', 'helper']));
});
