import { open } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createKey } from '../../src/hub/rules/keys.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import type { Hub } from '../../src/hub/hub.ts';
import type { HubOptions } from '../../src/hub/store/hub-options.ts';
import { HubError } from '../../src/protocol/errors.ts';
import type { StorageHealth } from '../../src/protocol/api.ts';
import { takeSnapshot } from '../../src/protocol/snapshot.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { human, openTestHub } from '../support/open-hub.ts';
import { takeLock } from '../support/take-lock.ts';
import { nextOf } from '../support/until.ts';

const big = 'x'.repeat(20_000);

/** A hub whose disk can be filled and emptied. */
async function openSmallDisk(options: Partial<HubOptions> = {}) {
  const pages = new Int32Array(new SharedArrayBuffer(4));
  Atomics.store(pages, 0, 1_000_000);
  const test = await openTestHub({ ...options, pageLimit: pages });
  return {
    test,
    fill: () => Atomics.store(pages, 0, 1),
    empty: () => Atomics.store(pages, 0, 1_000_000),
  };
}

/** Writes until the disk refuses it, and answers that refusal. */
async function writeUntilFull(hub: Hub): Promise<unknown> {
  for (let n = 0; n < 1000; n++) {
    const command = { name: `k${n}`, secretSha256: big + n, roles: {} };
    const refusal: unknown = await hub.execute(createKey, command, human).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal !== undefined) return refusal;
  }
  throw new Error('The disk never filled');
}

function health(hub: Hub, status: StorageHealth['status']): Promise<StorageHealth> {
  return new Promise((resolve) => {
    if (hub.storage.status === status) return resolve(hub.storage);
    const stop = hub.onStorage((storage) => {
      if (storage.status !== status) return;
      stop();
      resolve(storage);
    });
  });
}

/** Lets a second pass whenever the hub has heard that the disk is still full, until it is not. */
async function heals(hub: Hub, clock: FakeClock): Promise<void> {
  const well = health(hub, 'ok');
  const stop = hub.onStorage(({ status }) => status === 'failed' && setImmediate(() => clock.advance(1000)));
  clock.advance(1000);
  await well;
  stop();
}

test('[LG16] a full disk refuses commands, tells nothing of them, and reads go on', async () => {
  const { test, fill } = await openSmallDisk();
  await using _ = test;
  const { hub } = test;
  const emitted: number[] = [];
  hub.subscribe((batch) => emitted.push(...batch.map(({ event }) => event.seq)));
  const acknowledged = [await hub.execute(createKey, { name: 'first', secretSha256: '1', roles: {} }, human)];
  const before = hub.state.seq;
  fill();
  expect(await writeUntilFull(hub)).toMatchObject({ code: 'storage_failed', retryAfterMs: 1000 });
  const kept = hub.state.seq;

  expect(await health(hub, 'failed')).toMatchObject({ status: 'failed', message: expect.stringContaining('full') });
  expect(() => hub.commit(createWorkspace, { name: 'w' }, human)).toThrow(
    expect.objectContaining({ code: 'storage_failed' }),
  );
  expect(() => hub.record([{ type: 'access.denied', code: 'forbidden', what: 'x' }], human)).toThrow(
    expect.objectContaining({ code: 'storage_failed' }),
  );
  await expect(hub.execute(createWorkspace, { name: 'w' }, human)).rejects.toMatchObject({ code: 'storage_failed' });
  const taken = new HubError('name_taken', 'There is a key "first".');
  await expect(hub.refuse(taken)).rejects.toBe(taken); // of what is on disk

  expect(kept).toBeGreaterThanOrEqual(before);
  expect(emitted.at(-1)).toBe(kept);
  const page = await hub.audit.page({ types: ['key.created'] });
  expect(page.items.some((event) => event.type === 'key.created' && event.keyId === acknowledged[0]?.keyId)).toBe(true);
  const attached = await hub.attach(undefined).answer;
  expect(attached).toMatchObject({ kind: 'snapshot', state: { seq: kept } });
  expect(await hub.audit.verify()).toMatchObject({ ok: true, events: kept });
});

test('[LG17] after a failed write the state is that of the log, and what was acknowledged is in it', async () => {
  const { test, fill } = await openSmallDisk();
  await using _ = test;
  const { hub } = test;
  const one = await hub.execute(createKey, { name: 'one', secretSha256: '1', roles: {} }, human);
  fill();
  // Several commits in one turn: all are applied at once, none of them gets to the disk.
  const lost = Array.from({ length: 5 }, (_unused, n) =>
    hub.commit(createKey, { name: `lost${n}`, secretSha256: big + n, roles: {} }, human),
  );
  expect(hub.state.keys.size).toBe(7);
  for (const commit of lost) await expect(commit.durable).rejects.toMatchObject({ code: 'storage_failed' });
  expect([...hub.state.keys.values()].map(({ name }) => name)).toEqual(['first-agent', 'one']);
  expect(hub.state.keys.has(one.keyId)).toBe(true);
  const after = JSON.stringify(takeSnapshot(hub.state));
  await hub.close();
  const again = await openTestHub({ dataDir: test.dataDir });
  expect(again.hub.state.keys.size).toBe(2);
  expect(JSON.parse(after)).toMatchObject({ seq: again.hub.state.seq - 1 }); // its own hub.started
  await again.hub.close();
});

test('[LG18] when there is room again the hub writes by itself, and numbers go on without a gap', async () => {
  const { test, fill, empty } = await openSmallDisk();
  await using _ = test;
  const { hub, clock } = test;
  fill();
  await writeUntilFull(hub);
  await health(hub, 'failed');
  const seq = hub.state.seq;

  // Still full: the hub asks again, and hears that again.
  const stillFull = new Promise<StorageHealth>((resolve) => hub.onStorage(resolve));
  clock.advance(1000);
  expect(await stillFull).toMatchObject({ status: 'failed' });
  expect(hub.storage.status).toBe('failed');

  empty();
  await heals(hub, clock);
  const { workspace } = await hub.execute(createWorkspace, { name: 'after' }, human);
  expect(hub.state.workspaces.has(workspace)).toBe(true);
  expect(hub.state.seq).toBe(seq + 1);
  expect(await hub.audit.verify()).toMatchObject({ ok: true, events: seq + 1 });
});

test('[LG25] who hears of a failed write sees the state of the log, which is read once however often the disk refuses', async () => {
  const { test, fill } = await openSmallDisk();
  await using _ = test;
  const { hub, clock, workspace } = test;
  fill();
  hub.commit(createKey, { name: 'lost', secretSha256: big, roles: {} }, human);
  const names = await new Promise((resolve) =>
    hub.onStorage(() => resolve([...hub.state.keys.values()].map(({ name }) => name))),
  );
  expect(names).toEqual(['first-agent']);
  const known = hub.state.workspaces.get(workspace);
  for (let n = 0; n < 3; n++) {
    const refusedAgain = new Promise((resolve) => hub.onStorage(resolve));
    clock.advance(1000);
    expect(await refusedAgain).toMatchObject({ status: 'failed' });
  }
  expect(hub.state.workspaces.get(workspace)).toBe(known);
});

test('[LG19] a seq that was lost and given again is not taken for the event that was lost', async () => {
  const { test, fill, empty } = await openSmallDisk();
  await using _ = test;
  const { hub, clock } = test;
  fill();
  const lost = hub.commit(createKey, { name: 'lost', secretSha256: big, roles: {} }, human);
  await health(hub, 'failed');
  await expect(hub.durable(lost.seq)).rejects.toMatchObject({ code: 'storage_failed' });
  empty();
  await heals(hub, clock);
  const next = hub.commit(createKey, { name: 'next', secretSha256: '2', roles: {} }, human);
  expect(next.seq).toBe(lost.seq);
  await next.durable;
  await expect(lost.durable).rejects.toMatchObject({ code: 'storage_failed' });
});

test('[LG17] locks and calls that wait for them live through a full disk', async () => {
  const { test, fill, empty } = await openSmallDisk();
  await using _ = test;
  const { hub, clock, workspace } = test;
  const [a, b] = [await test.agent('a'), await test.agent('b')];
  const lock = { workspace, path: 'plan.md', ttlMs: 5000, waitMs: 60_000 };
  const held = await takeLock(test, a.origin, lock);
  const queued = nextOf(hub, 'lock.queued');
  const waiting = takeLock(test, b.origin, lock);
  await queued;
  fill();
  await expect(hub.execute(createKey, { name: 'x', secretSha256: big, roles: {} }, human)).rejects.toMatchObject({
    code: 'storage_failed',
  });
  await expect(takeLock(test, b.origin, { ...lock, path: 'other' })).rejects.toMatchObject({ code: 'storage_failed' });
  clock.advance(10_000); // the lease runs out while nothing can be written
  empty();
  await heals(hub, clock);
  clock.advance(1000);
  const granted = await waiting;
  expect(granted.fence).toBeGreaterThan(held.fence);
  expect([...hub.state.locks.values()].map(({ keyId }) => keyId)).toEqual([b.keyId]);
});

test('[HB15] a commit that cannot be applied leaves no trace', async () => {
  await using test = await openTestHub();
  const { hub, clock } = test;
  const before = JSON.stringify(takeSnapshot(hub.state));
  const unknown = { type: 'no.such' } as never;
  expect(() =>
    hub.record(
      [{ type: 'workspace.created', workspace: 'wsp_x', name: 'x', quotaBytes: 1, intelligence: false }, unknown],
      human,
    ),
  ).toThrow('Unknown event type');
  expect(() => hub.commit(createWorkspace, { name: 'y' }, human)).toThrow(
    expect.objectContaining({ code: 'storage_failed' }),
  );
  const read = new Promise((resolve) => hub.onStorage(resolve));
  await read;
  expect(JSON.stringify(takeSnapshot(hub.state))).toBe(before);
  await heals(hub, clock);
  await hub.execute(createWorkspace, { name: 'y' }, human);
});

test('[LG27] a log that cannot be read back after a failed write: nothing lost is shown, and the hub mends itself when it can', async () => {
  const errors: object[] = [];
  const logger = { info: () => undefined, warn: () => undefined, error: (facts: object) => void errors.push(facts) };
  const { test, fill, empty } = await openSmallDisk({ logger });
  await using _ = test;
  const { hub, clock, dataDir } = test;
  const kept = await hub.execute(createKey, { name: 'sound-name', secretSha256: '1', roles: {} }, human);
  const seq = hub.state.seq;
  fill();
  await overwrite(dataDir, 'sound-name', 'wrong-name');
  const lost = hub.commit(createKey, { name: 'lost', secretSha256: big, roles: {} }, human);
  await expect(lost.durable).rejects.toMatchObject({ code: 'storage_failed' });
  expect(await health(hub, 'failed')).toMatchObject({
    message: expect.stringMatching(/full.*cannot be read.*damaged/su),
  });
  expect(errors).toContainEqual(expect.objectContaining({ err: expect.objectContaining({ code: 'log_corrupt' }) }));

  // What was lost is still in memory: whoever would tell of it is refused, at once.
  const refused = expect.objectContaining({ code: 'storage_failed' });
  expect(hub.state.seq).toBeGreaterThan(seq);
  await expect(hub.durable()).rejects.toEqual(refused);
  await expect(hub.durable(seq)).resolves.toBeUndefined();
  await expect(hub.attach(undefined).answer).rejects.toEqual(refused);
  await expect(hub.execute(createWorkspace, { name: 'w' }, human)).rejects.toEqual(refused);
  // So is a refusal, for it may tell of it, too.
  await expect(hub.refuse(new HubError('name_taken', 'There is a key "lost".'))).rejects.toEqual(refused);

  // There is room again, but the log is as it was.
  empty();
  for (let n = 0; n < 4; n++) {
    const asked = new Promise<StorageHealth>((resolve) => hub.onStorage(resolve));
    clock.advance(1000);
    expect(await asked).toMatchObject({ status: 'failed' });
    await expect(hub.durable()).rejects.toEqual(refused);
  }

  await overwrite(dataDir, 'wrong-name', 'sound-name');
  await heals(hub, clock);
  expect(hub.state.seq).toBe(seq);
  expect([...hub.state.keys.keys()].at(-1)).toBe(kept.keyId);
  await expect(lost.durable).rejects.toEqual(refused);
  await hub.execute(createWorkspace, { name: 'after' }, human);
  expect(await hub.audit.verify()).toMatchObject({ ok: true, events: seq + 1 });
});

/** Changes a text wherever it is in the log's files, as a failing disk would. */
async function overwrite(dataDir: string, text: string, other: string): Promise<void> {
  for (const name of ['hub.db', 'hub.db-wal']) {
    const file = await open(path.join(dataDir, name), 'r+');
    const bytes = await file.readFile();
    for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) {
      await file.write(Buffer.from(other), 0, other.length, at);
    }
    await file.close();
  }
}
