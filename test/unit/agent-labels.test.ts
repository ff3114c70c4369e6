import { expect, test } from 'vitest';
import { renameAgent } from '../../src/hub/rules/agents.ts';
import { closeSession, initializeSession, openSession } from '../../src/hub/rules/sessions.ts';
import { agentColor } from '../../src/dashboard/theme/agent-hues.ts';
import { agentLabel } from '../../src/protocol/words/agent-label.ts';
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
const agentOf = (world: RuleWorld, sessionId: string): string | undefined => world.state.sessions.get(sessionId)?.agent;

test('[AG8] only a person renames an agent; that stays for its key and name, over all its sessions', () => {
  const world = RuleWorld.withAgents();
  const id = connect(world, 'claude-code');
  const command = { keyId: 'key_a', agent: 'claude-code', name: 'Planner' };
  expect(world.refusal('key_a', renameAgent, command).code).toBe('forbidden');
  world.run('human', renameAgent, command);
  expect(world.state.keys.get('key_a')?.agents).toEqual([{ name: 'claude-code', label: 'Planner' }]);
  world.run('hub', closeSession, { sessionId: id, reason: 'It ended.', traffic });
  connect(world, 'codex');
  expect(agentOf(world, connect(world, 'claude-code'))).toBe('claude-code');
  expect(world.state.keys.get('key_a')?.agents?.at(-1)).toEqual({ name: 'claude-code', label: 'Planner' });

  const seq = world.state.seq;
  world.run('human', renameAgent, command);
  expect(world.state.seq).toBe(seq); // nothing changed
  expect(world.refusal('human', renameAgent, { ...command, agent: 'codex', name: 'planner' }).code).toBe('name_taken');
  expect(world.refusal('human', renameAgent, { ...command, agent: 'codex', name: 'a/b' }).code).toBe(
    'invalid_argument',
  );
  expect(world.refusal('human', renameAgent, { ...command, agent: 'nobody' }).code).toBe('not_found');
  expect(agentOf(world, connect(world, 'x', 'planner'))).toBe('planner 2');

  world.run('human', renameAgent, { keyId: 'key_a', agent: 'claude-code' });
  expect(world.state.keys.get('key_a')?.agents?.find(({ name }) => name === 'claude-code')).toEqual({
    name: 'claude-code',
  });
});

test('[AG16] an agent is called by its key where that has had no other, else by both; the first has the key’s colour', () => {
  const world = RuleWorld.withAgents();
  const label = (agent?: string) => agentLabel(world.state.keys.get('key_a'), 'key_a', agent);
  expect(label()).toBe('a'); // what was logged before keys had agents
  connect(world, 'codex');
  expect(label('codex')).toBe('a');
  connect(world, 'codex');
  expect([label('codex'), label('codex 2')]).toEqual(['a/codex', 'a/codex 2']);
  world.run('human', renameAgent, { keyId: 'key_a', agent: 'codex 2', name: 'Ann' });
  expect(label('codex 2')).toBe('a/Ann');
  connect(world, 'codex', 'Bob');
  // A colour stays, whoever comes and goes.
  expect(world.state.keys.get('key_a')?.agents).toEqual([
    { name: 'codex' },
    { name: 'codex 2', label: 'Ann', place: 1 },
    { name: 'Bob', named: true, given: true, place: 2 },
  ]);
  expect(agentColor('key_a/codex 2')).toBe('var(--sb-key-key_a_2f_codex_20_2, var(--sb-key-key_a, inherit))');
  connect(world, 'codex', 'Bob', 'key_b');
  expect(agentLabel(world.state.keys.get('key_b'), 'key_b', 'Bob')).toBe('b/Bob');
});
