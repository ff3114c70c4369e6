import { expect, test } from 'vitest';
import { acquireLock } from '../../src/hub/rules/locks.ts';
import { deadlock } from '../../src/hub/rules/lock-errors.ts';
import { RuleWorld } from '../support/rule-world.ts';

test('[KY8] a deadlock that goes through other workspaces does not tell who is in those', () => {
  const world = RuleWorld.withAgents();
  world.add({ type: 'workspace.created', workspace: 'wsp_2', name: 'hidden', quotaBytes: 1, intelligence: false });
  world.add({ type: 'key.created', keyId: 'key_z', name: 'hidden-agent', secretSha256: 'z' });
  world.add({ type: 'member.set', workspace: 'wsp_2', keyId: 'key_z', role: 'editor' });
  world.run('key_b', acquireLock, { workspace: 'wsp_1', path: 'p', ttlMs: 60_000, waitMs: 0 });
  const [lock] = world.state.locks.values();
  if (!lock) throw new Error('There should be a lock');
  const refused = deadlock(world.state, lock, [{ keyId: 'key_a' }, { keyId: 'key_b' }, { keyId: 'key_z' }]);
  expect(refused.details).toMatchObject({ cycle: ['key_a', 'key_b', 'another key'], names: ['a', 'b', 'another key'] });
  expect(refused.message).not.toContain('hidden');
});
