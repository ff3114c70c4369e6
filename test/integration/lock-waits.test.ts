import { expect, test } from 'vitest';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { releaseLock } from '../../src/hub/rules/locks.ts';
import { openSession } from '../../src/hub/rules/sessions.ts';
import { deleteWorkspace } from '../../src/hub/rules/workspaces.ts';
import { placeKey } from '../../src/protocol/place-key.ts';
import { human, openTestHub } from '../support/open-hub.ts';
import { takeLock } from '../support/take-lock.ts';
import { nextOf } from '../support/until.ts';

const code = (error: unknown): unknown => (error as { code?: unknown }).code;

async function world() {
  const test = await openTestHub();
  const [a, b, c] = [await test.agent('a'), await test.agent('b'), await test.agent('c')];
  const plan = { workspace: test.workspace, path: 'plan.md', ttlMs: 60_000, waitMs: 30_000 };
  const lock = () => test.hub.state.locks.get(placeKey(test.workspace, 'plan.md'));
  return { test, a, b, c, plan, lock };
}

test('[LK4] waiting calls answer in turn, each in the commit that released', async () => {
  const { test, a, b, c, plan, lock } = await world();
  await using _ = test;
  const { hub, clock } = test;
  const held = await takeLock(test, a.origin, plan);
  expect(held).toMatchObject({ fence: hub.state.seq, waitedMs: 0 });
  let queued = nextOf(hub, 'lock.queued');
  const second = takeLock(test, b.origin, plan);
  await queued;
  queued = nextOf(hub, 'lock.queued');
  const third = takeLock(test, c.origin, plan);
  await queued;
  clock.advance(250);
  await hub.execute(releaseLock, { ...plan, lockId: held.lockId }, a.origin);
  const got = await second;
  expect(got).toMatchObject({ waitedMs: 250, lockId: lock()?.lockId, fence: lock()?.fence });
  await hub.execute(releaseLock, { ...plan, lockId: got.lockId }, b.origin);
  expect((await third).fence).toBeGreaterThan(got.fence);
  expect(test.locks.waiting).toBe(0);
});

test('[LK4] a grant that is emitted in one turn with thousands of events after it reaches its call', async () => {
  const endAfterCommit = new Int32Array(new SharedArrayBuffer(4));
  await using test = await openTestHub({ endAfterCommit });
  const { hub, workspace } = test;
  const [a, b] = [await test.agent('a'), await test.agent('b')];
  const plan = { workspace, path: 'plan.md', ttlMs: 60_000, waitMs: 30_000 };
  const { lockId } = await takeLock(test, a.origin, plan);
  // Queued, granted, and more events than are read back from the log at a time, in one commit that the writer's thread does not live to report.
  Atomics.store(endAfterCommit, 0, 1);
  const waiting = takeLock(test, b.origin, plan);
  hub.commit(releaseLock, { workspace, path: plan.path, lockId }, a.origin);
  const many = Array.from({ length: 4500 }, () => ({
    type: 'access.denied' as const,
    code: 'forbidden' as const,
    what: 'x',
  }));
  hub.record(many, human);
  expect(await waiting).toMatchObject({ waitedMs: 0 });
});

test('[LK3] [LK4] a lease that runs out hands the lock to the next by itself', async () => {
  const { test, a, b, plan } = await world();
  await using _ = test;
  const { hub, clock } = test;
  await takeLock(test, a.origin, { ...plan, ttlMs: 5000 });
  const queued = nextOf(hub, 'lock.queued');
  const waiting = takeLock(test, b.origin, plan);
  await queued;
  const released = nextOf(hub, 'lock.released');
  clock.advance(4999);
  expect(hub.state.locks.size).toBe(1);
  clock.advance(1);
  expect(await released).toMatchObject({ how: 'expired', keyId: a.keyId, actor: { kind: 'hub' }, heldMs: 5000 });
  expect(await waiting).toMatchObject({ waitedMs: 5000 });
});

test('[LK6] a wait that runs out says who holds the lock and which place it had', async () => {
  const { test, a, b, c, plan } = await world();
  await using _ = test;
  const { hub, clock } = test;
  const held = await takeLock(test, a.origin, plan);
  let queued = nextOf(hub, 'lock.queued');
  const first = takeLock(test, b.origin, plan);
  await queued;
  queued = nextOf(hub, 'lock.queued');
  const second = takeLock(test, c.origin, { ...plan, waitMs: 10_000 });
  await queued;
  clock.advance(10_000);
  await expect(second).rejects.toMatchObject({
    code: 'lock_timeout',
    retryAfterMs: held.expiresAt - clock.now(),
    details: { position: 2, holder: a.keyId, expires_at: held.expiresAt },
    message: expect.stringContaining('a holds it'),
  });
  clock.advance(20_000);
  await expect(first).rejects.toMatchObject({ code: 'lock_timeout', details: { position: 1 } });
  expect(
    (await hub.audit.page({ types: ['lock.refused'] })).items.map((event) => 'code' in event && event.code),
  ).toEqual(['lock_timeout', 'lock_timeout']);
});

test('[LK12] a lock granted to a call that was aborted meanwhile is given back', async () => {
  const { test, a, b, plan, lock } = await world();
  await using _ = test;
  const { hub } = test;
  // Free, and taken in the turn in which the call is aborted: nobody would release it.
  const straight = new AbortController();
  const taking = takeLock(test, a.origin, { ...plan, signal: straight.signal });
  expect(lock()).toMatchObject({ keyId: a.keyId });
  straight.abort();
  expect(lock()).toBeUndefined();
  await taking;
  await hub.durable();

  // Queued and granted within one commit of the log, and aborted by then.
  const held = await takeLock(test, a.origin, plan);
  const queueing = new AbortController();
  const waiting = takeLock(test, b.origin, { ...plan, signal: queueing.signal }).catch(code);
  hub.commit(releaseLock, { workspace: plan.workspace, path: plan.path, lockId: held.lockId }, a.origin);
  expect(lock()).toMatchObject({ keyId: b.keyId });
  queueing.abort();
  expect(await waiting).toBe('cancelled');
  expect(lock()).toBeUndefined();
});

test('[LK12] an aborted wait leaves the queue, before it queued, while it waits, and as it is granted', async () => {
  const { test, a, b, c, plan, lock } = await world();
  await using _ = test;
  const { hub } = test;
  const held = await takeLock(test, a.origin, plan);
  const gone = AbortSignal.abort();
  await expect(takeLock(test, b.origin, { ...plan, signal: gone })).rejects.toMatchObject({ code: 'cancelled' });
  expect(lock()?.waiters).toEqual([]);

  const during = new AbortController();
  let queued = nextOf(hub, 'lock.queued');
  const waiting = takeLock(test, b.origin, { ...plan, signal: during.signal }).catch(code);
  await queued;
  during.abort();
  expect(await waiting).toBe('cancelled');
  expect(lock()?.waiters).toEqual([]);

  // Aborted in the turn in which it asked: its place is given up as soon as it has one.
  const early = new AbortController();
  const asked = takeLock(test, b.origin, { ...plan, signal: early.signal }).catch(code);
  early.abort();
  expect(await asked).toBe('cancelled');
  await hub.durable();
  expect(lock()?.waiters).toEqual([]);

  // Granted in this very turn and not emitted yet: nobody would release it.
  const late = new AbortController();
  queued = nextOf(hub, 'lock.queued');
  const granted = takeLock(test, b.origin, { ...plan, signal: late.signal }).catch(code);
  const last = takeLock(test, c.origin, plan);
  await queued;
  hub.commit(releaseLock, { ...plan, lockId: held.lockId }, a.origin);
  expect(lock()?.keyId).toBe(b.keyId);
  late.abort();
  expect(await granted).toBe('cancelled');
  expect((await last).lockId).toBe(lock()?.lockId);
  expect(lock()?.keyId).toBe(c.keyId);
});

test('[LK11] [LK19] a wait ends when its key is revoked or its workspace deleted', async () => {
  const { test, a, b, c, plan } = await world();
  await using _ = test;
  const { hub, workspace } = test;
  await takeLock(test, a.origin, plan);
  const queued = nextOf(hub, 'lock.queued');
  const revoked = takeLock(test, b.origin, plan).catch(code);
  const deleted = takeLock(test, c.origin, plan).catch(code);
  await queued;
  await hub.execute(revokeKey, { keyId: b.keyId }, human);
  expect(await revoked).toBe('key_revoked');
  await hub.execute(deleteWorkspace, { workspace, confirm: 'default' }, human);
  expect(await deleted).toBe('not_found');
  expect(hub.state.locks.size).toBe(0);
});

test('[HB12] closing the locks, before the hub, ends the waits', async () => {
  const { test, a, b, plan } = await world();
  await using _ = test;
  const { hub } = test;
  await takeLock(test, a.origin, plan);
  const queued = nextOf(hub, 'lock.queued');
  const waiting = takeLock(test, b.origin, plan).catch(code);
  await queued;
  test.locks.close();
  expect(await waiting).toBe('hub_closed');
  await hub.close();
});

test('[HB13] [LK14] a restart drops sessions, empties queues, expires what ran out, and keeps the rest', async () => {
  const { test, a, b, plan, lock } = await world();
  await using _ = test;
  const { clock } = test;
  const { sessionId } = await test.hub.execute(openSession, { wire: 'sse', keyId: a.keyId, remote: 'r' }, a.origin);
  const short = await takeLock(test, a.origin, { ...plan, path: 'short.md', ttlMs: 5000 });
  const long = await takeLock(test, a.origin, plan);
  const queued = nextOf(test.hub, 'lock.queued');
  const waiting = takeLock(test, b.origin, { ...plan, path: 'short.md' }).catch(code);
  await queued;
  const before = test.hub.state.seq;
  test.locks.close();
  await waiting;
  await test.hub.close();
  clock.advance(6000);
  const hub = await test.restart();
  expect(hub.state.sessions.get(sessionId)).toMatchObject({ status: 'dropped', dropReason: 'hub_restarted' });
  expect(lock()).toMatchObject({ lockId: long.lockId, fence: long.fence, waiters: [] });
  expect(hub.state.locks.size).toBe(1);
  const events = await hub.audit.after(before, 10);
  expect(events).toMatchObject([
    { type: 'hub.started' },
    { type: 'session.dropped' },
    { type: 'lock.refused', code: 'cancelled', keyId: b.keyId },
    { type: 'lock.released', how: 'expired', lockId: short.lockId },
  ]);
  // And the lease that is left runs on.
  const released = nextOf(hub, 'lock.released');
  clock.advance(54_000);
  expect(await released).toMatchObject({ lockId: long.lockId, how: 'expired' });
});

test('[LK33] leases that end at one time all end, some hundred in a commit', async () => {
  const { test, a } = await world();
  await using _ = test;
  const { hub, locks, workspace, clock } = test;
  for (let n = 0; n < 700; n++) await locks.acquire(a.origin, { workspace, path: `l/${n}`, ttlMs: 5_000, waitMs: 0 });
  await hub.durable();
  const commit = hub.commit.bind(hub);
  const sizes: number[] = [];
  hub.commit = (rule, command, origin) => {
    const before = hub.state.seq;
    const committed = commit(rule, command, origin);
    sizes.push(committed.seq - before);
    return committed;
  };
  clock.advance(5_000);
  expect(hub.state.locks.size).toBe(0);
  expect(sizes).toEqual([200, 200, 200, 100]);
});
