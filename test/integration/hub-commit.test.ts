import { expect, test } from 'vitest';
import type { EncodedEvent } from '../../src/hub/hub.ts';
import { secretHash } from '../../src/hub/data-dir/secrets.ts';
import { createKey } from '../../src/hub/rules/keys.ts';
import { acquireLock } from '../../src/hub/rules/locks.ts';
import { closeSession, initializeSession, openSession } from '../../src/hub/rules/sessions.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import type { Tick } from '../../src/protocol/ticks.ts';
import { human, openTestHub } from '../support/open-hub.ts';

test('[HB1] the first launch makes the workspace default and an owner key, shown in that launch only', async () => {
  await using test = await openTestHub();
  const { hub, workspace } = test;
  const key = hub.firstKey;
  expect(hub.state.workspaces.get(workspace)).toMatchObject({
    name: 'default',
    quotaBytes: 50 * 1024 ** 3,
    roles: { [key?.keyId ?? '']: 'owner' },
  });
  expect(key?.secret).toMatch(/^sbx_[\w-]{43}$/u);
  expect(hub.state.keys.get(key?.keyId ?? '')?.secretSha256).toBe(secretHash(key?.secret ?? ''));
  expect(hub.takeFirstKey()).toEqual(key);
  expect(hub.takeFirstKey()).toBeUndefined();
  const again = await test.restart();
  expect(again.firstKey).toBeUndefined();
  expect(again.state.keys.size).toBe(1);
  const types = (await again.audit.page({ order: 'asc' })).items.map(({ type }) => type);
  expect(types).toEqual(['hub.started', 'workspace.created', 'key.created', 'member.set', 'hub.started']);
});

test('[HB2] a commit applies at once, and its promise resolves when it is on disk', async () => {
  await using test = await openTestHub();
  const { hub } = test;
  const emitted: number[] = [];
  hub.subscribe((batch) => emitted.push(...batch.map(({ event }) => event.seq)));
  const one = hub.commit(createWorkspace, { name: 'one' }, human);
  expect(hub.state.workspaces.get(one.answer.workspace)?.name).toBe('one');
  expect(() => hub.commit(createWorkspace, { name: 'one' }, human)).toThrow(
    expect.objectContaining({ code: 'name_taken' }),
  );
  const two = hub.commit(createWorkspace, { name: 'two' }, human);
  expect(emitted).toEqual([]);
  await one.durable;
  expect(emitted).toContain(one.seq);
  expect((await hub.audit.event(one.seq)).type).toBe('workspace.created');
  await two.durable;
  await hub.durable();
  expect(emitted).toEqual([one.seq, two.seq]);
});

test('[HB2] many commits of one turn share a write, and each is emitted in order', async () => {
  await using test = await openTestHub();
  const { hub } = test;
  const batches: number[] = [];
  const from = hub.state.seq;
  const seqs: number[] = [];
  hub.subscribe((batch) => {
    batches.push(batch.length);
    seqs.push(...batch.map(({ event }) => event.seq));
  });
  await Promise.all(
    Array.from(
      { length: 500 },
      (_, n) => hub.record([{ type: 'access.denied', code: 'forbidden', what: String(n) }], human).durable,
    ),
  );
  expect(batches).toEqual([500]);
  expect(seqs).toEqual(Array.from({ length: 500 }, (_, n) => from + 1 + n));
});

test('[HB3] a refusal changes nothing; one that is logged is on disk before it is thrown', async () => {
  await using test = await openTestHub();
  const { hub, workspace } = test;
  const [a, b] = [await test.agent('a'), await test.agent('b')];
  const { seq } = hub.state;
  await expect(hub.execute(createWorkspace, { name: '' }, human)).rejects.toMatchObject({ code: 'invalid_argument' });
  expect(hub.state.seq).toBe(seq);
  const lock = { workspace, path: 'x', ttlMs: 5000, waitMs: 0 };
  await hub.execute(acquireLock, lock, a.origin);
  const emitted: EncodedEvent[] = [];
  hub.subscribe((batch) => emitted.push(...batch));
  const refused = hub.execute(acquireLock, lock, { ...b.origin, cause: 'frm_9' });
  await expect(refused).rejects.toMatchObject({ code: 'locked' });
  expect(emitted.map(({ event }) => event)).toMatchObject([
    { type: 'lock.refused', code: 'locked', keyId: b.keyId, cause: 'frm_9', actor: { key: b.keyId } },
  ]);
});

test('[HB4] at never decreases, whatever the clock does', async () => {
  await using test = await openTestHub();
  const { clock } = test;
  const deny = () => test.hub.record([{ type: 'access.denied', code: 'forbidden', what: 'x' }], human);
  deny();
  clock.jump(-3_600_000);
  deny();
  clock.advance(5);
  deny();
  clock.jump(7_200_000);
  deny();
  await test.restart();
  clock.jump(-86_400_000);
  await test.restart();
  deny();
  const times = (await test.hub.audit.page({ order: 'asc' })).items.map(({ at }) => at);
  expect(times).toEqual(times.toSorted((x, y) => x - y));
  expect(new Set(times).size).toBeGreaterThan(1);
});

test('[HB7] a subscriber that throws keeps no other from hearing', async () => {
  const errors: unknown[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: (facts: object) => errors.push(facts) };
  await using test = await openTestHub({ logger: log });
  const { hub } = test;
  const heard: number[] = [];
  hub.subscribe(() => {
    throw new Error('a bug in a subscriber');
  });
  const stop = hub.subscribe((batch) => heard.push(batch.length));
  await hub.execute(createWorkspace, { name: 'one' }, human);
  expect(heard).toEqual([1]);
  expect(errors).toMatchObject([{ err: { message: 'a bug in a subscriber' } }]);
  stop();
  await hub.execute(createWorkspace, { name: 'two' }, human);
  expect(heard).toEqual([1]);
});

test('[HB12] a closed hub refuses, and what was applied before is on disk', async () => {
  await using test = await openTestHub();
  const { hub } = test;
  const last = hub.commit(createKey, { name: 'last', secretSha256: '1', roles: {} }, human);
  const closing = hub.close();
  expect(() => hub.commit(createWorkspace, { name: 'late' }, human)).toThrow(
    expect.objectContaining({ code: 'hub_closed' }),
  );
  await last.durable;
  await closing;
  await hub.close();
  const again = await test.restart();
  expect(again.state.keys.get(last.answer.keyId)?.name).toBe('last');
});

test('[HB14] ticks are emitted at once and never logged', async () => {
  await using test = await openTestHub();
  const { hub } = test;
  const { seq } = hub.state;
  const heard: Tick[] = [];
  const stop = hub.onTick((tick) => heard.push(tick));
  const tick: Tick = { type: 'upload.progress', uploadId: 'upl_1', workspace: 'wsp_1', receivedBytes: 5, at: 1 };
  hub.tick(tick);
  expect(heard).toEqual([tick]);
  stop();
  hub.tick(tick);
  expect(heard).toHaveLength(1);
  expect(hub.state.seq).toBe(seq);
});

test('[LG23] a closed session is found among past sessions, also when it opened and closed in one transaction', async () => {
  await using test = await openTestHub();
  const { hub, clock } = test;
  const a = await test.agent('a');
  const ids: string[] = [];
  for (const reason of ['first', 'second', 'third']) {
    const { sessionId } = hub.commit(
      openSession,
      { wire: 'sse', keyId: a.keyId, remote: '127.0.0.1:1', userAgent: 'ua' },
      a.origin,
    ).answer;
    hub.commit(
      initializeSession,
      { sessionId, protocolVersion: '2025-06-18', clientName: 'c', clientVersion: '1', capabilities: ['roots'] },
      a.origin,
    );
    clock.advance(10);
    hub.commit(
      closeSession,
      { sessionId, reason, traffic: { framesIn: 1, framesOut: 2, bytesIn: 3, bytesOut: 4 } },
      a.origin,
    );
    ids.push(sessionId);
  }
  const page = await hub.audit.pastSessions({ limit: 2 });
  expect(page.items).toMatchObject([
    {
      id: ids[2],
      closeReason: 'third',
      status: 'closed',
      client: { name: 'c' },
      traffic: { bytesOut: 4 },
      userAgent: 'ua',
    },
    { id: ids[1], closeReason: 'second' },
  ]);
  const rest = await hub.audit.pastSessions({
    limit: 2,
    ...(page.nextCursor === undefined ? {} : { cursor: page.nextCursor }),
  });
  expect(rest.items.map(({ id }) => id)).toEqual([ids[0]]);
  expect(rest.nextCursor).toBeUndefined();
  expect(await hub.audit.pastSession(ids[1] ?? '')).toMatchObject({ closeReason: 'second' });
  expect(await hub.audit.pastSession('ses_none')).toBeUndefined();
});
