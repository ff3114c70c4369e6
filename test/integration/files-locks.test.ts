import { expect, test } from 'vitest';
import { acquireLock, forceReleaseLock, releaseLock } from '../../src/hub/rules/locks.ts';
import type { Origin } from '../../src/hub/rule.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

async function lock(t: TestFiles, origin: Origin, path: string) {
  const held = await t.test.hub.execute(
    acquireLock,
    { workspace: t.workspace, path, ttlMs: 60_000, waitMs: 0 },
    origin,
  );
  if (held.status !== 'held') throw new Error('The lock should be free');
  return held;
}

function write(t: TestFiles, origin: Origin, path: string, proof: { lockId?: string; fence?: number } = {}) {
  return t.files.write(origin, { workspace: t.workspace, path, content: Buffer.from('x'), source: 'tool', ...proof });
}

test('[FI15] a locked path is written only by the holder with its token or its fence', async () => {
  await using t = await openTestFiles();
  const [planner, writer] = [await t.test.agent('planner'), await t.test.agent('writer')];
  const held = await lock(t, planner.origin, 'plan.md');
  const refusal = {
    code: 'locked',
    message: expect.stringContaining('planner'),
    retryAfterMs: 60_000,
    details: { holder: planner.keyId, fence: held.fence, expires_at: held.expiresAt },
  };
  await expect(write(t, writer.origin, 'plan.md')).rejects.toMatchObject(refusal);
  await expect(write(t, writer.origin, 'plan.md', { lockId: held.lockId })).rejects.toMatchObject({ code: 'locked' });
  await expect(write(t, planner.origin, 'plan.md')).rejects.toMatchObject({
    code: 'locked',
    message: expect.stringContaining('lock_token'),
  });
  await expect(write(t, planner.origin, 'plan.md', { lockId: 'lck_other' })).rejects.toMatchObject({
    code: 'lock_not_held',
  });
  await write(t, planner.origin, 'plan.md', { lockId: held.lockId });
  const last = await write(t, planner.origin, 'plan.md', { fence: held.fence });
  expect(t.test.hub.audit.event).toBeDefined();
  const stored = await t.test.hub.audit.event(last.seq);
  expect(stored).toMatchObject({ type: 'file.written', fence: held.fence });
  await write(t, writer.origin, 'other.md');
});

test('[FI15] a fence from before the lock changed hands is stale', async () => {
  await using t = await openTestFiles();
  const [first, second] = [await t.test.agent('first'), await t.test.agent('second')];
  const old = await lock(t, first.origin, 'a');
  await t.test.hub.execute(releaseLock, { workspace: t.workspace, path: 'a', lockId: old.lockId }, first.origin);
  await expect(write(t, first.origin, 'a', { fence: old.fence })).rejects.toMatchObject({ code: 'fence_stale' });
  await lock(t, second.origin, 'a');
  await expect(write(t, first.origin, 'a', { fence: old.fence })).rejects.toMatchObject({ code: 'fence_stale' });
  await expect(write(t, first.origin, 'a', { lockId: old.lockId })).rejects.toMatchObject({ code: 'locked' });
});

test('[FI16] a lock that ran out opens the path, and its holder is notified that it is lost', async () => {
  await using t = await openTestFiles();
  const [first, second] = [await t.test.agent('first'), await t.test.agent('second')];
  const held = await lock(t, first.origin, 'a');
  t.test.clock.advance(60_001);
  await write(t, second.origin, 'a');
  await expect(write(t, first.origin, 'a', { lockId: held.lockId })).rejects.toMatchObject({ code: 'lock_not_held' });
  await expect(write(t, first.origin, 'a', { fence: held.fence })).rejects.toMatchObject({ code: 'fence_stale' });
});

test('[FI15] the person at the desk writes over a lock only after forcing its release', async () => {
  await using t = await openTestFiles();
  const agent = await t.test.agent('agent');
  const held = await lock(t, agent.origin, 'a');
  await expect(t.put('a', 'x')).rejects.toMatchObject({ code: 'locked', message: expect.stringContaining('force') });
  await t.test.hub.execute(forceReleaseLock, { workspace: t.workspace, path: 'a', lockId: held.lockId }, human);
  await t.put('a', 'x');
});

test('[FI15] moving, copying, deleting and restoring heed the locks of the paths that they change', async () => {
  await using t = await openTestFiles();
  const [holder, other] = [await t.test.agent('holder'), await t.test.agent('other')];
  for (const path of ['a', 'b', 'c']) await t.put(path, path);
  const [a, b] = [await lock(t, holder.origin, 'a'), await lock(t, holder.origin, 'b')];
  const { files, workspace } = t;
  const locked = { code: 'locked' };
  await expect(files.move(other.origin, { workspace, from: 'a', to: 'x' })).rejects.toMatchObject(locked);
  await expect(files.move(other.origin, { workspace, from: 'c', to: 'a', overwrite: true })).rejects.toMatchObject(
    locked,
  );
  await expect(files.copy(other.origin, { workspace, from: 'c', to: 'a', overwrite: true })).rejects.toMatchObject(
    locked,
  );
  await expect(files.delete(other.origin, { workspace, path: 'a' })).rejects.toMatchObject(locked);
  await expect(files.restore(other.origin, { workspace, path: 'a', version: 1 })).rejects.toMatchObject(locked);
  await files.copy(other.origin, { workspace, from: 'a', to: 'free' });

  await files.move(holder.origin, { workspace, from: 'a', to: 'b', overwrite: true, lockId: a.lockId });
  expect(await t.text('b')).toBe('a');
  await files.move(holder.origin, { workspace, from: 'b', to: 'd', fence: b.fence });
  await files.move(holder.origin, { workspace, from: 'c', to: 'a', lockId: a.lockId });
  await files.delete(holder.origin, { workspace, path: 'a', lockId: a.lockId });
  const stray = files.move(holder.origin, { workspace, from: 'd', to: 'e', lockId: a.lockId });
  await expect(stray).rejects.toMatchObject({ code: 'lock_not_held' });
});
