import { expect, test } from 'vitest';
import { acquireLock, expireLocks, forceReleaseLock, releaseLock, renewLock } from '../../src/hub/rules/locks.ts';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { removeMember, setMember } from '../../src/hub/rules/members.ts';
import { deleteWorkspace } from '../../src/hub/rules/workspaces.ts';
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

test('[LK1] a free path is locked at once, and the fence is the seq of the grant', () => {
  const world = RuleWorld.withAgents();
  const answer = world.run('key_a', acquireLock, { ...plan, ...now, reason: 'editing' }, 'ses_1');
  expect(answer).toEqual({ status: 'held', lockId: 'lck_1', fence: world.state.seq, expiresAt: world.now + 60_000 });
  expect(world.lock('plan.md')).toMatchObject({
    keyId: 'key_a',
    fence: world.state.seq,
    reason: 'editing',
    sessionId: 'ses_1',
  });
});

test('[LK2] a held lock is refused with the holder, the expiry and how to queue', () => {
  const { world } = queued();
  const error = world.refusal('key_b', acquireLock, { ...plan, ...now });
  expect(error).toMatchObject({
    code: 'locked',
    retryAfterMs: 60_000,
    details: { holder: 'key_a', expires_at: world.now + 60_000, waiting: 0 },
  });
  expect(error.message).toMatch(/held by a until .*wait_ms to queue/u);
  expect(world.log.at(-1)).toMatchObject({ type: 'lock.refused', code: 'locked', keyId: 'key_b' });
  expect(world.log.at(-1)).not.toHaveProperty('waiterId');
});

test('[LK3] an expired lease frees the lock and says so', () => {
  const { world } = queued('key_b');
  world.run('key_c', acquireLock, { ...plan, ttlMs: 5000, waitMs: 120_000 });
  expect(world.state.locks.nextDeadline()).toBe(world.now + 30_000);
  world.now += 29_999;
  world.run('hub', expireLocks, {});
  expect(world.lock('plan.md')?.waiters).toHaveLength(2);
  world.now += 30_001; // b's wait is over, and a's lease
  const { seq } = world.state;
  world.run('hub', expireLocks, {});
  expect(world.typesSince(seq)).toEqual(['lock.refused', 'lock.released', 'lock.acquired']);
  expect(world.log.slice(-3)).toMatchObject([
    { code: 'lock_timeout', keyId: 'key_b' },
    { how: 'expired', keyId: 'key_a' },
    { keyId: 'key_c' },
  ]);
  expect(world.state.locks.nextDeadline()).toBe(world.now + 5000);
});

test('[LK8] a key that holds or awaits a lock is refused it again, with what it needs to go on', () => {
  const { world, lockId } = queued('key_b');
  expect(world.refusal('key_a', acquireLock, { ...plan, ...wait })).toMatchObject({
    code: 'conflict',
    details: { lock_token: lockId, fence: world.lock('plan.md')?.fence, expires_at: world.now + 60_000 },
  });
  expect(world.refusal('key_b', acquireLock, { ...plan, ...wait })).toMatchObject({
    code: 'conflict',
    details: { position: 1, holder: 'key_a' },
  });
  expect(world.lock('plan.md')?.waiters).toHaveLength(1);
});

test('[LK9] renewal counts the lease from now; a wrong, foreign or late token does not hold', () => {
  const { world, lockId } = queued();
  world.now += 50_000;
  expect(world.run('key_a', renewLock, { ...plan, lockId, ttlMs: 10_000 })).toEqual({ expiresAt: world.now + 10_000 });
  expect(world.lock('plan.md')?.expiresAt).toBe(world.now + 10_000);
  for (const [as, token] of [
    ['key_b', lockId],
    ['key_a', 'lck_none'],
  ] as const) {
    expect(world.refusal(as, renewLock, { ...plan, lockId: token, ttlMs: 10_000 }).code).toBe('lock_not_held');
    expect(world.refusal(as, releaseLock, { ...plan, lockId: token }).code).toBe('lock_not_held');
  }
  world.now += 10_000;
  expect(world.refusal('key_a', renewLock, { ...plan, lockId, ttlMs: 10_000 }).code).toBe('lock_not_held');
  expect(world.refusal('key_a', releaseLock, { ...plan, path: 'free.md', lockId }).code).toBe('lock_not_held');
});

test('[LK10] only the person at the desk takes a lock from its holder', () => {
  const { world, lockId } = queued('key_b');
  expect(world.refusal('key_b', forceReleaseLock, { ...plan, lockId }).code).toBe('forbidden');
  expect(world.refusal('human', forceReleaseLock, { ...plan, lockId: 'lck_old' }).code).toBe('lock_not_held');
  world.run('human', forceReleaseLock, { ...plan, lockId });
  expect(world.log.slice(-2)).toMatchObject([
    { type: 'lock.released', how: 'forced', actor: { kind: 'human' } },
    { type: 'lock.acquired', keyId: 'key_b' },
  ]);
  expect(world.refusal('human', acquireLock, { ...plan, ...now }).code).toBe('invalid_argument');
});

test('[LK11] revoking a key releases its locks and its places in one commit', () => {
  const { world } = queued('key_b', 'key_c');
  world.run('key_b', acquireLock, { workspace: 'wsp_1', path: 'b.md', ...now });
  world.run('key_c', acquireLock, { workspace: 'wsp_1', path: 'b.md', ...wait });
  const { seq } = world.state;
  world.run('human', revokeKey, { keyId: 'key_b' });
  expect(world.typesSince(seq)).toEqual(['lock.refused', 'lock.released', 'lock.acquired', 'key.revoked']);
  expect(world.lock('b.md')?.keyId).toBe('key_c');
  expect(world.lock('plan.md')).toMatchObject({ keyId: 'key_a', waiters: [{ keyId: 'key_c' }] });
  expect(world.refusal('key_b', acquireLock, { ...plan, ...wait }).code).toBe('key_revoked');
});

test('[LK11] [WS5] a key made viewer, or removed, loses its locks and places there', () => {
  const { world } = queued('key_b');
  world.run('human', setMember, { workspace: 'wsp_1', keyId: 'key_a', role: 'viewer' });
  expect(world.lock('plan.md')).toMatchObject({ keyId: 'key_b', waiters: [] });
  world.run('human', removeMember, { workspace: 'wsp_1', keyId: 'key_b' });
  expect(world.state.locks.size).toBe(0);
  expect(world.refusal('key_a', acquireLock, { ...plan, ...now }).code).toBe('forbidden');
});

test('[LK16] a TTL is 5 to 3,600 s, and a wait at most an hour', () => {
  const world = RuleWorld.withAgents();
  for (const ttlMs of [0, 4999, 3_600_001, 5000.5, Number.NaN]) {
    expect(world.refusal('key_a', acquireLock, { ...plan, ttlMs, waitMs: 0 })).toMatchObject({
      code: 'invalid_argument',
      details: { argument: 'ttl_s' },
    });
  }
  for (const waitMs of [-1, 3_600_001]) {
    expect(world.refusal('key_a', acquireLock, { ...plan, ttlMs: 5000, waitMs }).code).toBe('invalid_argument');
  }
  world.run('key_a', acquireLock, { ...plan, ttlMs: 5000, waitMs: 0 });
  world.run('key_a', acquireLock, { ...plan, path: 'other', ttlMs: 3_600_000, waitMs: 0 });
});

test('[LK17] a lease that ran out before anyone looked is expired by the next who asks', () => {
  const free = queued().world;
  free.now += 60_000;
  const { seq } = free.state;
  expect(free.run('key_b', acquireLock, { ...plan, ...now })).toMatchObject({ status: 'held', fence: seq + 2 });
  expect(free.typesSince(seq)).toEqual(['lock.released', 'lock.acquired']);

  const { world } = queued();
  world.run('key_b', acquireLock, { ...plan, ttlMs: 60_000, waitMs: 90_000 });
  world.now += 60_000;
  const before = world.state.seq;
  expect(world.run('key_c', acquireLock, { ...plan, ...wait })).toMatchObject({ status: 'queued', position: 1 });
  expect(world.typesSince(before)).toEqual(['lock.released', 'lock.acquired', 'lock.queued']);
  expect(world.lock('plan.md')).toMatchObject({ keyId: 'key_b', waiters: [{ keyId: 'key_c' }] });
});

test('[LK19] [WS3] deleting a workspace refuses waiters and releases locks first', () => {
  const { world } = queued('key_b');
  world.add({ type: 'upload.started', workspace: 'wsp_1', uploadId: 'upl_1', path: 'u', sizeBytes: 1, expiresAt: 1 });
  world.add({
    type: 'job.queued',
    workspace: 'wsp_1',
    jobId: 'job_1',
    kind: 'file_extract',
    fileId: 'fil_1',
    path: 'p',
    version: 1,
    attempt: 1,
  });
  expect(world.refusal('human', deleteWorkspace, { workspace: 'wsp_1', confirm: 'wrong' }).message).toContain(
    'default',
  );
  const { seq } = world.state;
  world.run('human', deleteWorkspace, { workspace: 'wsp_1', confirm: 'default' });
  expect(world.typesSince(seq)).toEqual([
    'lock.refused',
    'lock.released',
    'upload.cancelled',
    'job.cancelled',
    'workspace.deleted',
  ]);
  expect([
    world.state.locks.size,
    world.state.uploads.size,
    world.state.jobs.size,
    world.state.workspaces.size,
  ]).toEqual([0, 0, 0, 0]);
});
