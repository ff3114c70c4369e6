import { expect, test } from 'vitest';
import { acquireLock, leaveQueue, releaseLock } from '../../src/hub/rules/locks.ts';
import { closeSession, openSession } from '../../src/hub/rules/sessions.ts';
import { RuleWorld } from '../support/rule-world.ts';

const plan = { workspace: 'wsp_1', path: 'plan.md' };

const now = { ttlMs: 60_000, waitMs: 0 };

const wait = { ttlMs: 60_000, waitMs: 30_000 };

/** `a` holds plan.md, then the others queue for it in order. */
function queued(...waiters: string[]): { world: RuleWorld; lockId: string } {
  const world = RuleWorld.withAgents();
  const answer = world.run('key_a', acquireLock, { ...plan, ...now });
  if (answer.status !== 'held') throw new Error('expected to hold it');
  for (const waiter of waiters) world.run(waiter, acquireLock, { ...plan, ...wait });
  return { world, lockId: answer.lockId };
}

test('[LK4] waiters are granted first in, first out, in the commit that releases', () => {
  const { world, lockId } = queued('key_b', 'key_c');
  let { seq } = world.state;
  world.now += 500;
  world.run('key_a', releaseLock, { ...plan, lockId });
  expect(world.typesSince(seq)).toEqual(['lock.released', 'lock.acquired']);
  expect(world.log.at(-2)).toMatchObject({ how: 'released', heldMs: 500, keyId: 'key_a', lockId });
  expect(world.log.at(-1)).toMatchObject({
    keyId: 'key_b',
    waitedMs: 500,
    waiterId: 'wtr_2',
    expiresAt: world.now + 60_000,
  });
  const second = world.lock('plan.md');
  expect(second).toMatchObject({ keyId: 'key_b', fence: world.state.seq, waiters: [{ keyId: 'key_c' }] });
  ({ seq } = world.state);
  world.run('key_b', releaseLock, { ...plan, lockId: second?.lockId ?? '' });
  world.run('key_c', releaseLock, { ...plan, lockId: world.lock('plan.md')?.lockId ?? '' });
  expect(world.typesSince(seq)).toEqual(['lock.released', 'lock.acquired', 'lock.released']);
  expect(world.state.locks.size).toBe(0);
});

test('[LK5] waiters that are dead are refused before the release and never granted', () => {
  const { world, lockId } = queued('key_b', 'key_c', 'key_d');
  world.add({ type: 'member.set', workspace: 'wsp_1', keyId: 'key_b', role: 'viewer' });
  world.add({ type: 'key.revoked', keyId: 'key_c' });
  const { seq } = world.state;
  world.run('key_a', releaseLock, { ...plan, lockId });
  expect(world.log.filter((event) => event.seq > seq)).toMatchObject([
    { type: 'lock.refused', keyId: 'key_b', code: 'forbidden' },
    { type: 'lock.refused', keyId: 'key_c', code: 'key_revoked' },
    { type: 'lock.released' },
    { type: 'lock.acquired', keyId: 'key_d' },
  ]);
});

test('[LK7] a wait that would close a cycle is refused with the cycle', () => {
  const world = RuleWorld.withAgents();
  for (const name of ['a', 'b', 'c']) world.run(`key_${name}`, acquireLock, { workspace: 'wsp_1', path: name, ...now });
  world.run('key_a', acquireLock, { workspace: 'wsp_1', path: 'b', ...wait });
  world.run('key_b', acquireLock, { workspace: 'wsp_1', path: 'c', ...wait });
  const error = world.refusal('key_c', acquireLock, { workspace: 'wsp_1', path: 'a', ...wait });
  expect(error).toMatchObject({
    code: 'deadlock',
    details: { cycle: ['key_c', 'key_a', 'key_b'], names: ['c', 'a', 'b'] },
  });
  expect(error.message).toContain('c waits for a waits for b waits for c');
  expect(world.log.at(-1)).toMatchObject({
    type: 'lock.refused',
    code: 'deadlock',
    cycle: ['key_c', 'key_a', 'key_b'],
  });
  // Without waiting there is no cycle: it is just locked.
  expect(world.refusal('key_c', acquireLock, { workspace: 'wsp_1', path: 'a', ...now }).code).toBe('locked');
  // And who waits for c without being waited for may queue.
  expect(world.run('key_d', acquireLock, { workspace: 'wsp_1', path: 'c', ...wait })).toMatchObject({
    status: 'queued',
    position: 2,
  });
});

test('[LK7] places in a queue count: who is ahead will hold the lock first', () => {
  const world = RuleWorld.withAgents();
  world.run('key_a', acquireLock, { workspace: 'wsp_1', path: 'one', ...now });
  world.run('key_c', acquireLock, { workspace: 'wsp_1', path: 'two', ...now });
  world.run('key_b', acquireLock, { workspace: 'wsp_1', path: 'one', ...wait });
  world.run('key_b', acquireLock, { workspace: 'wsp_1', path: 'two', ...wait });
  // c would get `one` only after b, and b waits for c's `two`.
  const error = world.refusal('key_c', acquireLock, { workspace: 'wsp_1', path: 'one', ...wait });
  expect(error).toMatchObject({ code: 'deadlock', details: { cycle: ['key_c', 'key_b'] } });
});

test('[LK7] who waits behind somebody waits for them too', () => {
  const world = RuleWorld.withAgents();
  world.run('key_a', acquireLock, { workspace: 'wsp_1', path: 'one', ...now });
  world.run('key_d', acquireLock, { workspace: 'wsp_1', path: 'three', ...now });
  world.run('key_b', acquireLock, { workspace: 'wsp_1', path: 'one', ...wait });
  world.run('key_d', acquireLock, { workspace: 'wsp_1', path: 'one', ...wait });
  // d gets `one` only after b; b would hold it and wait for d's `three`.
  const error = world.refusal('key_b', acquireLock, { workspace: 'wsp_1', path: 'three', ...wait });
  expect(error).toMatchObject({ code: 'deadlock', details: { cycle: ['key_b', 'key_d'] } });
});

test('[LK7] a lease that ran out before anyone looked waits for nobody and keeps nobody waiting', () => {
  const world = RuleWorld.withAgents();
  world.run('key_a', acquireLock, { workspace: 'wsp_1', path: 'one', ...now, ttlMs: 5000 });
  world.run('key_b', acquireLock, { workspace: 'wsp_1', path: 'one', ...wait });
  world.run('key_c', acquireLock, { workspace: 'wsp_1', path: 'two', ...now });
  world.run('key_a', acquireLock, { workspace: 'wsp_1', path: 'two', ...wait });
  world.now += 5000;
  // b has `one` in the moment in which c queues for it, so that a, who waits for c, keeps nobody from it.
  expect(world.run('key_c', acquireLock, { workspace: 'wsp_1', path: 'one', ...wait })).toMatchObject({
    status: 'queued',
  });
  expect(world.lock('one')).toMatchObject({ keyId: 'key_b' });
});

test('[LK12] leaving the queue is idempotent, and keeps the others in order', () => {
  const { world } = queued('key_b', 'key_c');
  expect(world.run('key_b', leaveQueue, { ...plan, waiterId: 'wtr_2', code: 'cancelled' })).toEqual({ left: true });
  expect(world.run('key_b', leaveQueue, { ...plan, waiterId: 'wtr_2', code: 'cancelled' })).toEqual({ left: false });
  expect(world.lock('plan.md')?.waiters).toMatchObject([{ keyId: 'key_c' }]);
});

test("[LK13] a session's end takes its places in queues, not the key's locks", () => {
  const world = RuleWorld.withAgents();
  for (const key of ['key_a', 'key_b'])
    world.run(key, openSession, { sessionId: `ses_${key}`, wire: 'sse', keyId: key, remote: 'r' });
  world.run('key_a', acquireLock, { ...plan, ...now }, 'ses_key_a');
  world.run('key_b', acquireLock, { ...plan, ...wait }, 'ses_key_b');
  const traffic = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 };
  for (const key of ['key_a', 'key_b'])
    world.run('hub', closeSession, { sessionId: `ses_${key}`, reason: 'gone', traffic });
  expect(world.lock('plan.md')).toMatchObject({ keyId: 'key_a', waiters: [] });
});
