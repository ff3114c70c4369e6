import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { acquireLock, releaseLock } from '../../src/hub/rules/locks.ts';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../../src/hub/rules/workspaces.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';
import { untilEvent } from '../support/until.ts';

const parts = (t: TestFiles) => readdir(join(t.test.dataDir, 'uploads'));

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

/** Yields a piece and then nothing, until it is stopped. */
function stalled(text: string) {
  const taken = Promise.withResolvers<void>();
  async function* content() {
    yield Buffer.from(text);
    taken.resolve();
    await new Promise(() => undefined);
  }
  return { content: content(), taken: taken.promise };
}

test('[UP9] what became of an upload can still be asked, also after a restart', async () => {
  await using t = await openTestFiles();
  const upload = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 3 });
  await t.uploads.append(upload.id, 0, pieces('abc'));
  const cancelled = await t.uploads.create(human, { workspace: t.workspace, path: 'b', sizeBytes: 3 });
  await t.uploads.cancel(human, cancelled.id, 'changed my mind');
  await t.restart();
  expect(await t.uploads.status(upload.id)).toMatchObject({ receivedBytes: 3, finished: { version: 1 } });
  expect(await t.uploads.append(upload.id, 3, pieces())).toBe(3);
  await expect(t.uploads.status(cancelled.id)).rejects.toMatchObject({
    code: 'gone',
    message: expect.stringContaining('changed my mind'),
  });
  await expect(t.uploads.status('upl_none')).rejects.toMatchObject({ code: 'not_found' });
});

test('[UP7] an upload that takes too long expires', async () => {
  await using t = await openTestFiles();
  const { id, expiresAt } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 3 });
  await t.uploads.append(id, 0, pieces('ab'));
  await t.restart();
  const cancelled = Promise.withResolvers<HubEvent>();
  t.test.hub.subscribe((batch) => {
    for (const { event } of batch) if (event.type === 'upload.cancelled') cancelled.resolve(event);
  });
  t.test.clock.advance(expiresAt - t.test.clock.now() - 1);
  expect(await t.uploads.status(id)).toMatchObject({ receivedBytes: 2 });
  t.test.clock.advance(1);
  expect(await cancelled.promise).toMatchObject({ reason: 'expired', actor: { kind: 'hub' } });
  await expect(t.uploads.append(id, 2, pieces('c'))).rejects.toMatchObject({ code: 'gone' });
  await t.uploads.close();
  expect(await parts(t)).toEqual([]);
});

test('[UP7] uploads expire each at its own time, one after the other', async () => {
  await using t = await openTestFiles();
  const { clock, hub } = t.test;
  const ids: string[] = [];
  for (const path of ['a', 'b', 'c']) {
    ids.push((await t.uploads.create(human, { workspace: t.workspace, path, sizeBytes: 3 })).id);
    clock.advance(60 * 60_000);
  }
  const open = () => ids.filter((id) => hub.state.uploads.has(id));
  clock.advance(20 * 60 * 60_000);
  expect(open()).toEqual(ids);
  for (let n = 1; n <= 3; n += 1) {
    const expired = untilEvent(hub, ({ type }) => type === 'upload.cancelled');
    clock.advance(60 * 60_000);
    await expired;
    expect(open()).toEqual(ids.slice(n));
  }
});

test('[UP8] cancelling stops what is arriving and removes it', async () => {
  await using t = await openTestFiles();
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 6 });
  const { content, taken } = stalled('abc');
  const append = t.uploads.append(id, 0, content);
  await taken;
  await expect(t.uploads.append(id, 3, pieces('def'))).rejects.toMatchObject({ code: 'conflict' });
  const refused = expect(append).rejects.toMatchObject({ code: 'gone' });
  await t.uploads.cancel(human, id, 'enough');
  await refused;
  expect(await parts(t)).toEqual([]);
});

test('[UP8] an upload is cancelled by who started it, by owners and by the person at the desk', async () => {
  await using t = await openTestFiles();
  const [mine, other, owner] = [
    await t.test.agent('mine'),
    await t.test.agent('other'),
    await t.test.agent('owner', 'owner'),
  ];
  const create = () => t.uploads.create(mine.origin, { workspace: t.workspace, path: 'a', sizeBytes: 6 });
  const first = await create();
  await expect(t.uploads.cancel(other.origin, first.id, 'x')).rejects.toMatchObject({ code: 'forbidden' });
  await t.uploads.cancel(mine.origin, first.id, 'x');
  await t.uploads.cancel(owner.origin, (await create()).id, 'x');
  await t.uploads.cancel(human, (await create()).id, 'x');
});

test('[UP11] an upload whose last byte came just before the hub ended is finished at the next start', async () => {
  await using t = await openTestFiles();
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 3 });
  await t.uploads.close();
  await writeFile(join(t.test.dataDir, 'uploads', id), 'abc');
  await t.restart();
  expect(await t.uploads.status(id)).toMatchObject({ finished: { version: 1 } });
  expect(await t.text('a')).toBe('abc');
});

test('[UP12] parts of uploads that are not open are removed at the start', async () => {
  await using t = await openTestFiles();
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 3 });
  await t.uploads.append(id, 0, pieces('a'));
  await writeFile(join(t.test.dataDir, 'uploads', 'upl_stray'), 'abc');
  await t.restart();
  expect(await parts(t)).toEqual([id]);
});

test('[UP13] the size of an open upload is promised to it', async () => {
  await using t = await openTestFiles();
  await t.test.hub.execute(updateWorkspace, { workspace: t.workspace, quotaBytes: 10 }, human);
  const create = (sizeBytes: number) => t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes });
  await create(6);
  await expect(create(5)).rejects.toMatchObject({ code: 'quota_exceeded', details: { reserved_bytes: 6 } });
  await create(4);
  await expect(create(-1)).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(create(1.5)).rejects.toMatchObject({ code: 'invalid_argument' });
});

test('[UP13] what is written meanwhile leaves an open upload its room', async () => {
  await using t = await openTestFiles();
  await t.test.hub.execute(updateWorkspace, { workspace: t.workspace, quotaBytes: 10 }, human);
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 6 });
  const full = { code: 'quota_exceeded', details: { reserved_bytes: 6 } };
  await expect(t.put('b', 'five.')).rejects.toMatchObject(full);
  async function* pieces() {
    yield Buffer.from('fou');
    yield Buffer.from('r and more');
  }
  const streamed = { workspace: t.workspace, path: 'b', content: pieces(), source: 'tool' } as const;
  await expect(t.files.write(human, streamed)).rejects.toMatchObject(full);
  await t.put('b', 'four');
  await t.uploads.append(
    id,
    0,
    (async function* () {
      yield Buffer.from('sixsix');
    })(),
  );
  expect(await t.text('a')).toBe('sixsix');
});

test('[UP14] a revoked key and a deleted workspace take their uploads along', async () => {
  await using t = await openTestFiles();
  const agent = await t.test.agent('agent');
  const { workspace: other } = await t.test.hub.execute(createWorkspace, { name: 'other' }, human);
  const mine = await t.uploads.create(agent.origin, { workspace: t.workspace, path: 'a', sizeBytes: 6 });
  const theirs = await t.uploads.create(human, { workspace: other, path: 'a', sizeBytes: 6 });
  const [a, b] = [stalled('abc'), stalled('abc')];
  const appends = [t.uploads.append(mine.id, 0, a.content), t.uploads.append(theirs.id, 0, b.content)];
  const refused = Promise.all(appends.map((append) => expect(append).rejects.toMatchObject({ code: 'gone' })));
  await Promise.all([a.taken, b.taken]);
  await t.test.hub.execute(revokeKey, { keyId: agent.keyId }, human);
  await t.test.hub.execute(deleteWorkspace, { workspace: other, confirm: 'other' }, human);
  await refused;
  expect(t.test.hub.state.uploads.size).toBe(0);
});

test('[UP15] an upload under a lock is written under it; one that finds the path locked is refused', async () => {
  await using t = await openTestFiles();
  const [holder, other] = [await t.test.agent('holder'), await t.test.agent('other')];
  const late = await t.uploads.create(other.origin, { workspace: t.workspace, path: 'a', sizeBytes: 3 });
  const lock = await t.test.hub.execute(
    acquireLock,
    { workspace: t.workspace, path: 'a', ttlMs: 60_000, waitMs: 0 },
    holder.origin,
  );
  if (lock.status !== 'held') throw new Error('The lock should be free');
  const create = { workspace: t.workspace, path: 'a', sizeBytes: 3 };
  await expect(t.uploads.create(other.origin, create)).rejects.toMatchObject({ code: 'locked' });
  const upload = await t.uploads.create(holder.origin, { ...create, lockId: lock.lockId });
  await t.restart();
  await t.uploads.append(upload.id, 0, pieces('abc'));
  expect(await t.text('a')).toBe('abc');
  await expect(t.uploads.append(late.id, 0, pieces('xyz'))).rejects.toMatchObject({ code: 'locked' });
  await expect(t.uploads.status(late.id)).rejects.toMatchObject({ code: 'gone', details: { reason: 'locked' } });
});

test('[UP15] an upload with a fence alone is written under its lock, and refused as stale once that is lost', async () => {
  await using t = await openTestFiles();
  const holder = await t.test.agent('holder');
  const lockOn = async (path: string) => {
    const command = { workspace: t.workspace, path, ttlMs: 60_000, waitMs: 0 };
    const lock = await t.test.hub.execute(acquireLock, command, holder.origin);
    if (lock.status !== 'held') throw new Error('The lock should be free');
    return lock;
  };
  const [a, b] = [await lockOn('a'), await lockOn('b')];
  const create = (path: string, fence: number) =>
    t.uploads.create(holder.origin, { workspace: t.workspace, path, sizeBytes: 3, fence });
  await expect(create('a', b.fence)).rejects.toMatchObject({ code: 'lock_not_held' });
  const written = await create('a', a.fence);
  const late = await create('b', b.fence);
  await t.uploads.append(written.id, 0, pieces('abc'));
  expect(await t.text('a')).toBe('abc');
  const { seq } = await t.files.stat(t.workspace, 'a');
  expect(await t.test.hub.audit.event(seq)).toMatchObject({ type: 'file.written', fence: a.fence });

  const { lockId } = b;
  await t.test.hub.execute(releaseLock, { workspace: t.workspace, path: 'b', lockId }, holder.origin);
  await expect(t.uploads.append(late.id, 0, pieces('xyz'))).rejects.toMatchObject({ code: 'fence_stale' });
  await expect(t.uploads.status(late.id)).rejects.toMatchObject({ code: 'gone', details: { reason: 'fence_stale' } });
  await expect(t.files.stat(t.workspace, 'b')).rejects.toMatchObject({ code: 'not_found' });
});

test('[UP29] a file of this machine is an import also when its upload is finished by a restart', async () => {
  await using t = await openTestFiles();
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 3, source: 'import' });
  await writeFile(join(t.test.dataDir, 'uploads', id), 'abc');
  await t.restart();
  await t.uploads.status(id);
  expect(t.test.hub.files.byPath(t.workspace, 'a')).toMatchObject({ version: 1, source: 'import' });
});
