import { expect, test } from 'vitest';
import { acquireLock } from '../../src/hub/rules/locks.ts';
import { lockRefusal, opens } from '../../src/hub/rules/write-guard.ts';
import type { LockState } from '../../src/protocol/state.ts';
import { RuleWorld } from '../support/rule-world.ts';

/** One key that holds the locks on `a` and then `b`. */
function holder(): { world: RuleWorld; a: LockState; b: LockState } {
  const world = RuleWorld.withAgents();
  for (const path of ['a', 'b']) {
    world.run('key_a', acquireLock, { workspace: 'wsp_1', path, ttlMs: 60_000, waitMs: 0 });
    world.now += 1;
  }
  const [a, b] = [world.lock('a'), world.lock('b')];
  if (!a || !b) throw new Error('Both should be held');
  return { world, a, b };
}

test('[LK21] every refusal for a held lock has the same details', () => {
  const { world, a } = holder();
  const wanted = { workspace: 'wsp_1', path: 'a' };
  const refused = world.refusal('key_b', acquireLock, { ...wanted, ttlMs: 60_000, waitMs: 0 });
  const writing = lockRefusal(world.state, { kind: 'agent', key: 'key_b' }, wanted, {}, world.now);
  const details = { ...wanted, holder: 'key_a', fence: a.fence, expires_at: a.expiresAt, waiting: 0 };
  expect([refused.details, writing?.details]).toEqual([details, details]);
});

test('[FI15] the token and the fence of one lock do not open another of the same key', () => {
  const { world, a, b } = holder();
  expect(b.fence).toBeGreaterThan(a.fence);
  const refusalOn = (path: string, proof: { lockId?: string; fence?: number }, key = 'key_a') =>
    lockRefusal(world.state, { kind: 'agent', key }, { workspace: 'wsp_1', path }, proof, world.now)?.code;

  expect(refusalOn('a', { fence: a.fence })).toBeUndefined();
  expect(refusalOn('b', { fence: b.fence })).toBeUndefined();
  expect(refusalOn('a', { lockId: a.lockId, fence: a.fence })).toBeUndefined();
  // Larger and smaller ones, of another lock and made up.
  expect(refusalOn('a', { fence: b.fence })).toBe('lock_not_held');
  expect(refusalOn('a', { fence: a.fence + 1 })).toBe('lock_not_held');
  expect(refusalOn('a', { fence: Number.MAX_SAFE_INTEGER })).toBe('lock_not_held');
  expect(refusalOn('b', { fence: a.fence })).toBe('fence_stale');
  expect(refusalOn('a', { lockId: b.lockId })).toBe('lock_not_held');
  // Each that is given has to be right.
  expect(refusalOn('a', { lockId: a.lockId, fence: b.fence })).toBe('lock_not_held');
  expect(refusalOn('a', { lockId: b.lockId, fence: a.fence })).toBe('lock_not_held');
  expect(refusalOn('a', {})).toBe('locked');
  // Right, and another's.
  expect(refusalOn('a', { lockId: a.lockId, fence: a.fence }, 'key_b')).toBe('locked');
  expect(refusalOn('a', { fence: a.fence }, 'key_b')).toBe('locked');
  expect(opens(a, {})).toBe(false);
});

test('[FI16] at the moment in which a lease ends it opens the path, and its proofs are refused', () => {
  const { world, a } = holder();
  const actor = { kind: 'agent', key: 'key_a' } as const;
  const at = (now: number, proof: { lockId?: string; fence?: number }) =>
    lockRefusal(world.state, actor, { workspace: 'wsp_1', path: 'a' }, proof, now)?.code;
  expect(at(a.expiresAt - 1, {})).toBe('locked');
  expect(at(a.expiresAt - 1, { fence: a.fence })).toBeUndefined();
  expect(at(a.expiresAt, {})).toBeUndefined();
  expect(at(a.expiresAt, { fence: a.fence })).toBe('fence_stale');
  expect(at(a.expiresAt, { lockId: a.lockId })).toBe('lock_not_held');
});
