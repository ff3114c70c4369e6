import { afterEach, expect, test } from 'vitest';
import { createKeyWithSecret } from '../../src/server/desk/new-key.ts';
import { authenticate } from '../../src/hub/permission.ts';
import { secretHash } from '../../src/hub/data-dir/secrets.ts';
import { releaseLock } from '../../src/hub/rules/locks.ts';
import { placeKey } from '../../src/protocol/place-key.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { openTestFiles } from '../support/open-files.ts';
import { human, openTestHub, type TestHub } from '../support/open-hub.ts';
import { serveFiles } from '../support/serve-files.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { takeLock } from '../support/take-lock.ts';
import { nextOf, untilEvent } from '../support/until.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

const DAY = 86_400_000;
/** A wrong clock is off by seconds, or by more than a year. */
const STEPS = [3_000, -3_000, 400 * DAY, -400 * DAY];

let server: TestServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function stepsOf(test: TestHub): Promise<number[]> {
  await test.hub.durable();
  const { items } = await test.hub.audit.page({ types: ['hub.clock_stepped'], order: 'asc' });
  return items.map((event) => (event.type === 'hub.clock_stepped' ? event.byMs : Number.NaN));
}

async function world() {
  const test = await openTestHub();
  const [a, b] = [await test.agent('a'), await test.agent('b')];
  const plan = { workspace: test.workspace, path: 'plan.md', ttlMs: 60_000, waitMs: 30_000 };
  const lock = () => test.hub.state.locks.get(placeKey(test.workspace, 'plan.md'));
  return { test, a, b, plan, lock };
}

test.each(STEPS)('[HB19] the clock is that of the machine, also after a restart (%i ms for 3 s)', async (ms) => {
  await using test = await openTestHub();
  const { clock } = test;
  const key = { name: 'k', roles: {}, expiresAt: clock.now() + 30 * DAY };
  const { secret } = await createKeyWithSecret(test.hub, key);
  clock.jump(ms);
  clock.advance(3_000);
  await test.agent('made with a wrong clock');
  clock.jump(-ms);
  for (const restarts of [false, true]) {
    if (restarts) await test.restart();
    const { hub } = test;
    expect(hub.now()).toBe(clock.now());
    expect(authenticate(hub.state, secretHash(secret), hub.now())).toMatchObject({ name: 'k' });
    const again = { name: `k${restarts}`, roles: {}, expiresAt: clock.now() + 30 * DAY };
    const { keyId } = await createKeyWithSecret(hub, again);
    expect(hub.state.keys.get(keyId)?.createdAt).toBe(clock.now());
  }
  const events = (await test.hub.audit.page({ order: 'asc' })).items;
  const times = events.map(({ at }) => at);
  expect(times).toEqual(times.toSorted((x, y) => x - y));
  expect(events.at(-1)).toMatchObject(ms > 0 ? { clock: clock.now() } : { at: clock.now() });
  expect((await test.hub.audit.verify()).ok).toBe(true);
});

test.each(STEPS)('[HB20] a step of the clock is logged within a second, once (%i ms)', async (ms) => {
  await using test = await openTestHub();
  const { clock } = test;
  clock.advance(60_000);
  clock.jump(900); // less than a second is none
  clock.advance(60_000);
  clock.jump(-900);
  expect(await stepsOf(test)).toEqual([]);
  clock.jump(ms);
  clock.advance(1_000);
  expect(await stepsOf(test)).toEqual([ms]);
  clock.advance(60_000);
  clock.jump(-ms);
  clock.advance(60_000);
  expect(await stepsOf(test)).toEqual([ms, -ms]);
  await test.restart();
  expect(await stepsOf(test)).toEqual([ms, -ms]);
});

test('[HB20] a clock that was set back between two runs is logged by the start; ahead, it is time that passed', async () => {
  await using test = await openTestHub();
  test.clock.jump(-400 * DAY);
  await test.restart();
  expect(await stepsOf(test)).toEqual([-400 * DAY]);
  test.clock.jump(400 * DAY);
  await test.restart();
  expect(await stepsOf(test)).toEqual([-400 * DAY]);
});

test.each(STEPS)(
  '[LK15] a clock that is set while the hub runs neither ends nor prolongs a lease (%i ms)',
  async (ms) => {
    const { test, a, plan, lock } = await world();
    await using _ = test;
    const { hub, clock } = test;
    const { lockId, expiresAt } = await takeLock(test, a.origin, plan);
    clock.advance(20_000);
    clock.jump(ms);
    clock.advance(1_000);
    expect(lock()).toMatchObject({ lockId, expiresAt: expiresAt + ms });
    clock.advance(38_000);
    expect(lock()).toMatchObject({ lockId });
    const released = nextOf(hub, 'lock.released');
    clock.advance(1_000);
    expect(lock()).toBeUndefined();
    expect(await released).toMatchObject({ how: 'expired', heldMs: 60_000 });
  },
);

test.each(STEPS)('[LK15] nor a wait, nor what a call decides before the step is seen (%i ms)', async (ms) => {
  const { test, a, b, plan, lock } = await world();
  await using _ = test;
  const { hub, clock } = test;
  const held = await takeLock(test, a.origin, plan);
  const queued = nextOf(hub, 'lock.queued');
  const waiting = takeLock(test, b.origin, plan);
  await queued;
  clock.advance(10_000);
  clock.jump(ms);
  // The first that happens after the step is the holder's own call.
  await hub.execute(releaseLock, { ...plan, lockId: held.lockId }, a.origin);
  expect(await waiting).toMatchObject({ waitedMs: 10_000, expiresAt: clock.now() + 60_000 });
  expect(lock()?.keyId).toBe(b.keyId);
  // A wait of 30 s ends after 30 s.
  const again = nextOf(hub, 'lock.queued');
  const second = takeLock(test, a.origin, plan).catch((error: unknown) => error);
  await again;
  clock.advance(15_000);
  clock.jump(-ms);
  clock.advance(14_000);
  expect(lock()?.waiters).toHaveLength(1);
  clock.advance(1_000);
  expect(await second).toMatchObject({ code: 'lock_timeout' });
});

test.each(STEPS)('[LK15] a lease that a wrong clock granted lasts as long as it was given for (%i ms)', async (ms) => {
  const { test, a, plan, lock } = await world();
  await using _ = test;
  const { clock } = test;
  clock.jump(ms);
  clock.advance(1_000);
  const { lockId } = await takeLock(test, a.origin, plan);
  clock.jump(-ms);
  clock.advance(59_000);
  expect(lock()).toMatchObject({ lockId });
  clock.advance(1_000);
  expect(lock()).toBeUndefined();
});

test.each([-3_000, -7_200_000, -400 * DAY])(
  '[LK15] set back between two runs, a clock does not prolong a lease (%i ms)',
  async (ms) => {
    const { test, a, plan, lock } = await world();
    await using _ = test;
    const { clock } = test;
    const { lockId } = await takeLock(test, a.origin, plan);
    clock.advance(10_000);
    test.hub.record([{ type: 'access.denied', code: 'forbidden', what: 'x' }], human);
    clock.jump(ms);
    await test.restart();
    expect(lock()).toMatchObject({ lockId, expiresAt: clock.now() + 50_000 });
    clock.advance(49_000);
    expect(lock()).toMatchObject({ lockId });
    clock.advance(1_000);
    expect(lock()).toBeUndefined();
  },
);

test('[LK15] a write under a lease goes on in the instant of a step', async () => {
  await using t = await openTestFiles();
  const { test } = t;
  const a = await test.agent('a');
  const lock = await takeLock(test, a.origin, { workspace: t.workspace, path: 'p', ttlMs: 60_000, waitMs: 0 });
  test.clock.jump(400 * DAY);
  const target = { workspace: t.workspace, path: 'p', content: Buffer.from('x'), source: 'tool' as const };
  expect(await t.files.write(a.origin, { ...target, lockId: lock.lockId })).toMatchObject({ version: 1 });
  await expect(t.files.write(human, target)).rejects.toMatchObject({ code: 'locked' });
});

test('[UP28] uploads end by the clock of now: set forward, within seconds', async () => {
  await using t = await openTestFiles();
  const { hub, clock } = t.test;
  const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 3 });
  const expired = untilEvent(hub, ({ type }) => type === 'upload.cancelled');
  const stepped = nextOf(hub, 'hub.clock_stepped');
  clock.jump(400 * DAY);
  clock.advance(1_000);
  await stepped;
  clock.advance(1_000);
  expect(await expired).toMatchObject({ uploadId: id, reason: 'expired' });
});

test.each(['runs', 'restarts'])(
  '[UP28] one begun with a clock far ahead has its usual time from then on (%s)',
  async (how) => {
    await using t = await openTestFiles();
    const { clock } = t.test;
    clock.jump(400 * DAY);
    const { id } = await t.uploads.create(human, { workspace: t.workspace, path: 'a', sizeBytes: 3 });
    clock.jump(-400 * DAY);
    if (how === 'restarts') await t.restart();
    clock.advance(1_000);
    const upload = t.test.hub.state.uploads.get(id);
    expect(upload?.expiresAt).toBeLessThanOrEqual(clock.now() + DAY);
    expect(upload?.expiresAt).toBeGreaterThan(clock.now() + DAY - 5_000);
  },
);

test('[DL13] Last-Modified is never later than now', async () => {
  await using t = await openTestFiles();
  await using web = await serveFiles(t);
  const { clock } = t.test;
  clock.jump(400 * DAY);
  await t.put('a.txt', 'x');
  clock.jump(-400 * DAY);
  clock.advance(1_000);
  const lastModified = async (name: string): Promise<number> => {
    const response = await fetch(`${web.url}/files/default/${name}`, { headers: { authorization: 'Bearer desk' } });
    expect(await response.text()).toBe('x');
    return Date.parse(response.headers.get('last-modified') ?? '');
  };
  expect(await lastModified('a.txt')).toBe(clock.now());
  await t.put('b.txt', 'x');
  const at = clock.now();
  clock.advance(5_000);
  expect(await lastModified('b.txt')).toBe(at);
});

test.each(STEPS)('[SE9] a session is idle by elapsed time (%i ms)', async (ms) => {
  const clock = new FakeClock();
  server = await startTestHub({ now: clock.now, timers: clock.timers });
  const { hub, mcp } = server.server;
  const { headers } = await ask(mcp, { headers: bearer(server.key), body: initialize() });
  const id = String(headers['mcp-session-id']);
  clock.jump(ms);
  clock.advance(29 * 60_000);
  expect(hub.state.sessions.has(id)).toBe(true);
  const closed = untilEvent(hub, (event) => event.type === 'session.closed' && event.sessionId === id);
  clock.advance(2 * 60_000);
  expect(await closed).toMatchObject({ reason: 'It had been idle for 30 minutes.' });
});
