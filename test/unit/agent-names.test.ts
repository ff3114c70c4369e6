import { expect, test } from 'vitest';
import { acquireLock, releaseLock } from '../../src/hub/rules/locks.ts';
import { renameAgent } from '../../src/hub/rules/agents.ts';
import {
  closeSession,
  dropSession,
  initializeSession,
  openSession,
  resumeSession,
  subscribeSession,
} from '../../src/hub/rules/sessions.ts';
import { limitsWith } from '../../src/hub/limits.ts';
import { RuleWorld } from '../support/rule-world.ts';

const traffic = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 };

/** Opens a session; answers its id. */
function open(world: RuleWorld, name?: string, keyId = 'key_a'): string {
  const command = { wire: 'streamable', keyId, remote: '', ...(name === undefined ? {} : { name }) } as const;
  return world.run(keyId, openSession, command).sessionId;
}

function begin(world: RuleWorld, sessionId: string, clientName: string, more: { takesOver?: string } = {}): void {
  const client = { protocolVersion: '2025-11-25', clientName, clientVersion: '1', capabilities: [], ...more };
  world.run('hub', initializeSession, { sessionId, ...client });
}

/** Opens and initialises a session; answers its id. */
function connect(world: RuleWorld, client: string, name?: string, keyId = 'key_a'): string {
  const id = open(world, name, keyId);
  begin(world, id, client);
  return id;
}

const drop = (world: RuleWorld, sessionId: string): void =>
  world.run('hub', dropSession, { sessionId, reason: 'The stream ended.' });
const agentOf = (world: RuleWorld, sessionId: string): string | undefined => world.state.sessions.get(sessionId)?.agent;
const namesOf = (world: RuleWorld): readonly string[] =>
  (world.state.keys.get('key_a')?.agents ?? []).map(({ name }) => name);

test('[AG1] a session without a name is named after its client, one with a name by that', () => {
  const world = RuleWorld.withAgents();
  expect(agentOf(world, connect(world, 'claude-code'))).toBe('claude-code');
  expect(agentOf(world, connect(world, 'claude-code', 'reviewer'))).toBe('reviewer');
  expect(agentOf(world, connect(world, '@cline/core'))).toBe('cline-core');
  expect(agentOf(world, connect(world, ' \\ '))).toBe('-');
  expect(agentOf(world, connect(world, '..'))).toBe('agent');
  expect(agentOf(world, connect(world, '😀'.repeat(100)))?.length).toBeLessThanOrEqual(64);
  expect(open(world)).toBeDefined(); // one that sends no initialize has none
  expect([...world.state.sessions.values()].at(-1)).not.toHaveProperty('agent');
});

test('[AG2] live sessions of one key and name are several agents, each counted; another key has its own', () => {
  const world = RuleWorld.withAgents();
  const agents = Array.from({ length: 4 }, () => agentOf(world, connect(world, 'claude-code')));
  expect(agents).toEqual(['claude-code', 'claude-code 2', 'claude-code 3', 'claude-code 4']);
  expect(agentOf(world, connect(world, 'codex', 'claude-code'))).toBe('claude-code 5');
  expect(agentOf(world, connect(world, 'codex', 'Claude‐Code'))).toBe('Claude‐Code 6');
  expect(agentOf(world, connect(world, 'claude-code', undefined, 'key_b'))).toBe('claude-code');
  const long = 'n'.repeat(64);
  expect(agentOf(world, connect(world, 'x', long))).toBe(long);
  expect(agentOf(world, connect(world, 'x', long))).toBe(`${'n'.repeat(60)} 2`);
});

test('[AG3] a name that was given is free when its connection is lost, one of a client when its session is closed', () => {
  const world = RuleWorld.withAgents();
  const named = connect(world, 'codex', 'reviewer');
  world.now += 60_000;
  drop(world, named);
  expect(agentOf(world, connect(world, 'codex', 'reviewer'))).toBe('reviewer');

  const first = connect(world, 'claude-code');
  world.now += 60_000;
  drop(world, first);
  const second = connect(world, 'claude-code');
  expect(agentOf(world, second)).toBe('claude-code 2');
  world.run('hub', closeSession, { sessionId: first, reason: 'It was idle.', traffic });
  expect(agentOf(world, connect(world, 'claude-code'))).toBe('claude-code');
});

test('[AG3] a client that only looked whether the hub is there takes no name from the next one', () => {
  const world = RuleWorld.withAgents();
  const looked = connect(world, 'claude-code');
  world.now += 300;
  drop(world, looked);
  expect(agentOf(world, connect(world, 'claude-code'))).toBe('claude-code');
  const subscribed = connect(world, 'codex');
  world.run('key_a', subscribeSession, { sessionId: subscribed, uris: ['signalbox://workspaces/wsp_1/events'] });
  drop(world, subscribed);
  expect(agentOf(world, connect(world, 'codex'))).toBe('codex 2');
});

test('[AG4] a session that comes back, or is taken over, is the same agent', () => {
  const world = RuleWorld.withAgents();
  connect(world, 'claude-code');
  const second = connect(world, 'claude-code');
  world.now += 60_000;
  drop(world, second);
  world.run('key_a', resumeSession, { sessionId: second });
  expect(agentOf(world, second)).toBe('claude-code 2');
  drop(world, second);
  const after = open(world);
  begin(world, after, 'claude-code', { takesOver: second });
  expect(agentOf(world, after)).toBe('claude-code 2');
});

test('[AG4] it is counted anew where another session has its name by now', () => {
  const world = RuleWorld.withAgents();
  const first = connect(world, 'codex', 'reviewer');
  drop(world, first);
  connect(world, 'codex', 'reviewer');
  world.run('key_a', resumeSession, { sessionId: first });
  expect(agentOf(world, first)).toBe('reviewer 2');
  expect(world.log.at(-1)).toMatchObject({ type: 'session.resumed', agent: 'reviewer 2' });
});

test('[AG18] the name that was given is logged as it was given, also where the agent’s is counted or spelt otherwise', () => {
  const world = RuleWorld.withAgents();
  const first = open(world, 'worker');
  const second = open(world, 'Worker');
  expect(world.log.slice(-2)).toMatchObject([
    { type: 'session.opened', agent: 'worker', given: 'worker' },
    { type: 'session.opened', agent: 'Worker 2', given: 'Worker' },
  ]);
  expect([first, second].map((id) => world.state.sessions.get(id)?.given)).toEqual(['worker', 'Worker']);
  const client = { protocolVersion: '2025-11-25', clientName: 'x', clientVersion: '1', capabilities: [] };
  world.run('hub', initializeSession, { sessionId: open(world), ...client, name: 'third' });
  expect(world.log.at(-1)).toMatchObject({ type: 'session.initialized', agent: 'third', given: 'third' });
  connect(world, 'codex');
  expect(world.log.at(-1)).not.toHaveProperty('given');
});

test('[AG19] no name is counted to one that another client was given', () => {
  const world = RuleWorld.withAgents();
  const given = connect(world, 'x', 'worker 2');
  drop(world, given);
  connect(world, 'x', 'worker');
  expect(agentOf(world, connect(world, 'x', 'worker'))).toBe('worker 3');
  world.run('key_a', resumeSession, { sessionId: given });
  expect(agentOf(world, given)).toBe('worker 2');
  world.run('hub', closeSession, { sessionId: given, reason: 'It ended.', traffic });
  const counted = connect(world, 'x', 'worker');
  expect(agentOf(world, counted)).toBe('worker 4'); // that it was given is remembered with its name
  expect(agentOf(world, connect(world, 'x', 'worker 2'))).toBe('worker 2');

  // A client that is given what another is counted to is another agent, also while that one's connection is lost.
  world.now += 60_000;
  drop(world, counted);
  const late = connect(world, 'x', 'worker 4');
  expect(agentOf(world, late)).toBe('worker 4 2');
  expect(agentOf(world, connect(world, 'x', 'worker'))).toBe('worker 5');
  for (const name of ['codex', 'codex']) connect(world, 'x', name);
  expect(agentOf(world, connect(world, 'codex'))).toBe('codex 3');
});

test('[AG23] [AG25] a lock that an agent left keeps its name from clients that are named otherwise, until it is free', () => {
  const world = RuleWorld.withAgents();
  const end = (sessionId: string) => world.run('hub', closeSession, { sessionId, reason: 'It was idle.', traffic });
  connect(world, 'codex');
  const counted = connect(world, 'codex');
  const lock = { workspace: 'wsp_1', path: 'plan.md', ttlMs: 3_600_000, waitMs: 0 };
  world.run('key_a/codex 2', acquireLock, lock);
  end(counted);
  const given = connect(world, 'codex', 'codex 2');
  expect(agentOf(world, given)).toBe('codex 2 2');
  expect(world.refusal('key_a/codex 2 2', acquireLock, lock).code).toBe('locked');
  // Its own client, which is started again, finds it.
  const again = connect(world, 'codex');
  expect(agentOf(world, again)).toBe('codex 2');
  expect(world.refusal('key_a/codex 2', acquireLock, lock)).toMatchObject({ code: 'conflict' });
  end(again);
  world.run('key_a/codex 2', releaseLock, { ...lock, lockId: world.lock('plan.md')?.lockId ?? '' });
  end(given);
  expect(agentOf(world, connect(world, 'codex', 'codex 2'))).toBe('codex 2'); // and from now on it is its own
  expect(agentOf(world, connect(world, 'codex'))).toBe('codex 3');

  // The other way round: what an agent that was given a name left is not that of a client that calls itself so.
  const named = connect(world, 'x', 'worker');
  world.run('key_a/worker', acquireLock, lock);
  end(named);
  expect(agentOf(world, connect(world, 'worker'))).toBe('worker 2');
  expect(agentOf(world, connect(world, 'x', 'worker'))).toBe('worker');
});

test('[AG20] a session from before keys had agents is named when it comes back', () => {
  const world = RuleWorld.withAgents();
  const client = { protocolVersion: '2025-11-25', clientName: 'claude-code', clientVersion: '1', capabilities: [] };
  for (const sessionId of ['ses_1', 'ses_2', 'ses_3']) {
    world.add({ type: 'session.opened', sessionId, wire: 'streamable', keyId: 'key_a', remote: '' });
    if (sessionId !== 'ses_3') world.add({ type: 'session.initialized', sessionId, ...client });
    world.add({ type: 'session.dropped', sessionId, reason: 'The hub ended.' });
    world.run('key_a', resumeSession, { sessionId });
  }
  expect(['ses_1', 'ses_2', 'ses_3'].map((id) => agentOf(world, id))).toEqual([
    'claude-code',
    'claude-code 2',
    undefined, // its client says its name with its handshake
  ]);
});

test('[AG21] naming a session, and making room in a key’s list, goes through the sessions of no other key and name', () => {
  const world = RuleWorld.withAgents();
  world.limits = limitsWith({ 'agents-per-key': 3 });
  for (let n = 0; n < 20; n += 1) connect(world, 'codex', `agent ${n}`, n % 2 === 0 ? 'key_a' : 'key_b');
  const known = namesOf(world);
  const looked: string[] = [];
  const { sessions } = world.state;
  const called = sessions.called.bind(sessions);
  const fail = (): never => {
    throw new Error('All sessions were gone through');
  };
  Object.assign(sessions, {
    values: fail,
    entries: fail,
    keys: fail,
    of: fail,
    forEach: fail,
    [Symbol.iterator]: fail,
    *called(keyId: string, look: string) {
      for (const session of called(keyId, look)) {
        looked.push(session.agent ?? '');
        yield session;
      }
    },
  });
  const id = connect(world, 'codex', 'agent 2');
  expect(agentOf(world, id)).toBe('agent 2 2');
  drop(world, id);
  world.run('key_a', resumeSession, { sessionId: id });
  expect(looked.filter((name) => !['agent 2', 'agent 2 2', ...known].includes(name))).toEqual([]);
  expect(looked.length).toBeLessThan(10);
});

test.each([
  ['longer than 64 characters', 'x'.repeat(10_000)],
  ['begins or ends with a blank', ' reviewer'],
  ['has a slash', 'a/b'],
  ['which nobody sees', 'a\u202eb'],
  ['which nobody sees', 'a\u0000b'],
  ['is empty', ''],
])('[AG5] a name that %s is refused with that', (why, name) => {
  const world = RuleWorld.withAgents();
  const refusal = world.refusal('key_a', openSession, { wire: 'sse', keyId: 'key_a', remote: '', name });
  expect(refusal.code).toBe('invalid_argument');
  expect(refusal.message).toContain(`The name of the agent`);
  expect(refusal.message).toContain(why);
  expect(world.state.sessions.size).toBe(0);
});

test('[AG5] a name with markup is a text like any other', () => {
  const world = RuleWorld.withAgents();
  expect(agentOf(world, connect(world, 'x', '<b>me & you<⁄b>'))).toBe('<b>me & you<⁄b>');
});

test('[AG7] a key keeps the names of so many agents: the one away longest goes, those with a session and a label last', () => {
  const world = RuleWorld.withAgents();
  world.limits = limitsWith({ 'agents-per-key': 3 });
  const ids = ['one', 'two', 'three'].map((name) => connect(world, 'x', name));
  world.run('human', renameAgent, { keyId: 'key_a', agent: 'two', name: 'Ann' });
  for (const id of ids.slice(1)) world.run('hub', closeSession, { sessionId: id, reason: 'It ended.', traffic });
  connect(world, 'x', 'four');
  expect(namesOf(world)).toEqual(['one', 'two', 'four']); // `three` had neither a session nor a label
  connect(world, 'x', 'five');
  expect(namesOf(world)).toEqual(['one', 'four', 'five']);
  connect(world, 'x', 'six'); // all have sessions
  expect(namesOf(world)).toEqual(['four', 'five', 'six']);
});
