import { expect, test } from 'vitest';
import { limitsWith, limitTable } from '../../src/hub/limits.ts';
import { lockRefusal } from '../../src/hub/rules/write-guard.ts';
import { acquireLock, leaveQueue, releaseLock, renewLock } from '../../src/hub/rules/locks.ts';
import type { LockState } from '../../src/protocol/state.ts';
import { lockView } from '../../src/server/mcp/catalogue/views/lock-view.ts';
import { RuleWorld } from '../support/rule-world.ts';

const ONE = 'key_a/codex';
const TWO = 'key_a/codex 2';
const request = { workspace: 'wsp_1', path: 'plan.md', ttlMs: 60_000, waitMs: 0 };
const waiting = { ...request, waitMs: 60_000 };

const tokenOf = (world: RuleWorld, path = 'plan.md'): string => world.lock(path)?.lockId ?? '';

test('[AG11] another agent of the holder’s key queues for its lock like any other, and gets it in turn', () => {
  const world = RuleWorld.withAgents();
  world.run(ONE, acquireLock, request);
  expect(world.lock('plan.md')).toMatchObject({ keyId: 'key_a', agent: 'codex' });
  const refused = world.refusal(TWO, acquireLock, request);
  expect(refused).toMatchObject({ code: 'locked', details: { holder: 'key_a', holder_agent: 'codex' } });
  expect(refused.message).toContain('another agent of your key');
  expect(world.run(TWO, acquireLock, waiting)).toMatchObject({ status: 'queued', position: 1 });
  expect(world.run('key_b/codex', acquireLock, waiting)).toMatchObject({ status: 'queued', position: 2 });
  expect(world.refusal(TWO, acquireLock, waiting).code).toBe('conflict');
  expect(world.refusal(ONE, acquireLock, waiting)).toMatchObject({
    code: 'conflict',
    details: { lock_token: tokenOf(world) },
  });
  const { path, workspace } = request;
  world.run(ONE, releaseLock, { workspace, path, lockId: tokenOf(world) });
  expect(world.lock('plan.md')).toMatchObject({ keyId: 'key_a', agent: 'codex 2', waiters: [{ keyId: 'key_b' }] });
  expect(world.log.slice(-2)).toMatchObject([
    { type: 'lock.released', keyId: 'key_a', agent: 'codex' },
    { type: 'lock.acquired', keyId: 'key_a', agent: 'codex 2' },
  ]);
});

test('[AG12] the token works from any agent of the key, and from no other key', () => {
  const world = RuleWorld.withAgents();
  world.run(ONE, acquireLock, request);
  const { path, workspace } = request;
  const proof = { workspace, path, lockId: tokenOf(world) };
  world.run(TWO, renewLock, { ...proof, ttlMs: 30_000 });
  const target = { workspace, path };
  const write = (key: string, agent: string, lockId?: string) =>
    lockRefusal(world.state, { kind: 'agent', key, agent }, target, lockId === undefined ? {} : { lockId }, world.now);
  expect(write('key_a', 'codex 2', proof.lockId)).toBeUndefined();
  expect(write('key_a', 'codex 2')?.message).toContain('held by a/codex, another agent of your key');
  expect(write('key_a', 'codex')?.message).toContain('Your key holds the lock');
  expect(write('key_b', 'codex', proof.lockId)?.code).toBe('locked');
  expect(world.refusal('key_b/codex', releaseLock, proof).code).toBe('lock_not_held');
  world.run(TWO, releaseLock, proof);
  expect(world.lock('plan.md')).toBeUndefined();
});

test('[AG13] agents of one key that wait for each other are a deadlock, with their names', () => {
  const world = RuleWorld.withAgents();
  world.run(ONE, acquireLock, request);
  world.run(TWO, acquireLock, { ...request, path: 'b.md' });
  world.run('key_b/codex', acquireLock, { ...request, path: 'c.md' });
  world.run(ONE, acquireLock, { ...waiting, path: 'b.md' });
  world.run(TWO, acquireLock, { ...waiting, path: 'c.md' });
  // A third agent of the key waits for nobody: it may wait for all of them.
  expect(world.run('key_a/codex 3', acquireLock, waiting)).toMatchObject({ status: 'queued' });
  const refused = world.refusal('key_b/codex', acquireLock, waiting);
  expect(refused.code).toBe('deadlock');
  expect(world.log.at(-1)).toMatchObject({
    type: 'lock.refused',
    cycle: ['key_b', 'key_a', 'key_a'],
    cycleAgents: ['codex', 'codex', 'codex 2'],
  });
});

test('[AG14] a lock that was taken before its key had agents is of each of them', () => {
  const world = RuleWorld.withAgents();
  world.run('key_a', acquireLock, request);
  expect(world.lock('plan.md')).not.toHaveProperty('agent');
  expect(world.refusal(ONE, acquireLock, waiting)).toMatchObject({
    code: 'conflict',
    details: { lock_token: tokenOf(world) },
  });
});

test('[AG22] a session that has said no name yet has nothing of the agents of its key', () => {
  const world = RuleWorld.withAgents();
  world.run(ONE, acquireLock, request);
  world.run(TWO, acquireLock, waiting);
  expect(world.refusal('key_a', acquireLock, request).code).toBe('locked'); // and not `conflict`: it is another's
  const seen = lockView(world.lock('plan.md') as LockState, { keyId: 'key_a' }, world.state);
  expect(seen).toMatchObject({ mine: false, waiters: [{ mine: false }] });
  expect(world.run('key_a', acquireLock, waiting)).toMatchObject({ status: 'queued', position: 2 });
});

test('[LK35] places in queues are counted by agent: a key has a share of them, and cannot fill the queue of a lock', () => {
  const world = RuleWorld.withAgents();
  world.limits = limitsWith({ 'lock-waits-per-key': 3 });
  world.run('key_b', acquireLock, request);
  for (const agent of ['1', '2', '3']) world.run(`key_a/${agent}`, acquireLock, waiting);
  expect(world.state.locks.waitsOf('key_a')).toBe(3);
  const refused = world.refusal('key_a/4', acquireLock, waiting);
  expect(refused).toMatchObject({ code: 'limit_reached' });
  expect(refused.message).toContain('places in queues for locks');
  expect(world.run('key_c/1', acquireLock, waiting)).toMatchObject({ position: 4 });
  const { path, workspace } = request;
  world.run('key_a/1', leaveQueue, { workspace, path, waiterId: 'wtr_2', code: 'cancelled' });
  expect(world.run('key_a/4', acquireLock, waiting)).toMatchObject({ position: 4 });
  // What it waits for will be its own: both count against the locks of a key.
  world.limits = limitsWith({ 'locks-per-key': 4 });
  world.run('key_a/5', acquireLock, { ...request, path: 'own.md' });
  expect(world.refusal('key_a/5', acquireLock, { ...request, path: 'two.md' }).code).toBe('limit_reached');
  expect(limitTable['lock-waits-per-key'].value).toBeLessThan(limitTable['waits-per-lock'].value);
});
