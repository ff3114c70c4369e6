import { afterAll, beforeAll, expect, test } from 'vitest';
import { forceReleaseLock } from '../../src/hub/rules/locks.ts';
import { allTools } from '../../src/server/mcp/catalogue/tools/all-tools.ts';
import { openCatalogue, textIn, type CatalogueAgent, type TestCatalogue } from '../support/open-catalogue.ts';
import { human } from '../support/open-hub.ts';
import { nextOf } from '../support/until.ts';

let box: TestCatalogue & AsyncDisposable;
let ann: CatalogueAgent;
let bob: CatalogueAgent;
let eve: CatalogueAgent;

beforeAll(async () => {
  box = await openCatalogue();
  ann = await box.join('ann');
  bob = await box.join('bob');
  eve = await box.join('eve', 'viewer');
});
afterAll(() => box.dispose());

test('[TL40] acquire, renew and release, the token alone being enough', async () => {
  const lock = await ann.ok('lock_acquire', { path: 'a.md', ttl_s: 20, reason: 'rewriting' });
  expect(lock).toMatchObject({ path: 'a.md', ttl_s: 20, waited_ms: 0, expires_at: '2026-01-05T09:00:20.000Z' });
  box.clock.advance(5000);
  const renewed = await ann.ok('lock_renew', { lock_token: lock.lock_token });
  expect(renewed).toMatchObject({ fence: lock.fence, expires_at: '2026-01-05T09:00:25.000Z' });
  expect(await ann.ok('lock_renew', { lock_token: lock.lock_token, path: 'a.md', ttl_s: 100 })).toMatchObject({
    ttl_s: 100,
  });
  expect(await bob.refused('lock_release', { lock_token: lock.lock_token })).toMatchObject({ code: 'lock_not_held' });
  expect(await ann.refused('lock_release', { lock_token: lock.lock_token, path: 'b.md' })).toMatchObject({
    code: 'lock_not_held',
  });
  expect(await ann.ok('lock_release', { lock_token: lock.lock_token })).toMatchObject({
    released: true,
    held_ms: 5000,
  });
  expect(await ann.refused('lock_release', { lock_token: lock.lock_token })).toMatchObject({ code: 'lock_not_held' });
});

test('[TL41] lock_list shows holders and queues to all, tokens only to their key', async () => {
  const lock = await ann.ok('lock_acquire', { path: 'list/a.md', reason: 'first' });
  await bob.ok('lock_acquire', { path: 'list/b.md' });
  const queued = nextOf(box.hub, 'lock.queued');
  const waiting = bob.ok('lock_acquire', { path: 'list/a.md', wait_ms: 10_000, reason: 'second' });
  await queued;
  const seen = await eve.ok('lock_list', { prefix: 'list/' });
  expect(seen.locks).toMatchObject([
    {
      path: 'list/a.md',
      key_name: 'ann',
      mine: false,
      reason: 'first',
      waiters: [{ key_name: 'bob', reason: 'second' }],
    },
    { path: 'list/b.md', key_name: 'bob', waiters: [] },
  ]);
  expect(JSON.stringify(seen)).not.toContain(lock.lock_token);
  expect((await ann.ok('lock_list', { mine: true })).locks).toMatchObject([
    { mine: true, lock_token: lock.lock_token },
  ]);
  const first = await eve.ok('lock_list', { prefix: 'list/', limit: 1 });
  expect(await eve.ok('lock_list', { prefix: 'list/', cursor: first.next_cursor })).toMatchObject({
    locks: [{ path: 'list/b.md' }],
  });
  await ann.ok('lock_release', { lock_token: lock.lock_token });
  await waiting;
});

test('[TL42] a queued acquire answers when the lock is free, in turn, with a greater fence', async () => {
  const lock = await ann.ok('lock_acquire', { path: 'queue.md' });
  const queued = nextOf(box.hub, 'lock.queued');
  const waiting = bob.ok('lock_acquire', { path: 'queue.md', wait_ms: 30_000 });
  await queued;
  box.clock.advance(1500);
  await ann.ok('lock_release', { lock_token: lock.lock_token });
  const granted = await waiting;
  expect(granted.waited_ms).toBe(1500);
  expect(Number(granted.fence)).toBeGreaterThan(Number(lock.fence));
});

test('[TL43] without a progressToken a wait is cut to 55 s; with one it goes on, and progress grows', async () => {
  await ann.ok('lock_acquire', { path: 'long.md', ttl_s: 3600 });
  const timedOut = nextOf(box.hub, 'lock.queued');
  const quiet = bob.refused('lock_acquire', { path: 'long.md', wait_ms: 600_000 });
  await timedOut;
  box.clock.advance(55_000);
  expect(await quiet).toMatchObject({ code: 'lock_timeout', details: { holder: ann.keyId, position: 1 } });

  const sent: number[] = [];
  const queuedAgain = nextOf(box.hub, 'lock.queued');
  const patient = bob.call(
    'lock_acquire',
    { path: 'long.md', wait_ms: 600_000 },
    { progress: (fraction) => sent.push(fraction) },
  );
  await queuedAgain;
  box.clock.advance(100_000);
  expect(sent).toHaveLength(10);
  expect(sent.every((fraction, at) => fraction > (sent[at - 1] ?? 0) && fraction <= 1)).toBe(true);
  box.clock.advance(500_000);
  expect((await patient).structuredContent).toMatchObject({ code: 'lock_timeout' });
  const before = sent.length;
  box.clock.advance(60_000);
  expect(sent).toHaveLength(before);
});

test('[TL44] a call that the client cancels leaves the queue', async () => {
  const lock = await ann.ok('lock_acquire', { path: 'cancel.md' });
  const abort = new AbortController();
  const queued = nextOf(box.hub, 'lock.queued');
  const waiting = bob.call('lock_acquire', { path: 'cancel.md', wait_ms: 30_000 }, { signal: abort.signal });
  await queued;
  abort.abort();
  expect((await waiting).structuredContent).toMatchObject({ code: 'cancelled' });
  expect((await ann.ok('lock_list', { prefix: 'cancel.md' })).locks).toMatchObject([{ waiters: [] }]);
  await ann.ok('lock_release', { lock_token: lock.lock_token });
});

test('[TL45] a circle of waits is refused with its members', async () => {
  const a = await ann.ok('lock_acquire', { path: 'left.md' });
  await bob.ok('lock_acquire', { path: 'right.md' });
  const queued = nextOf(box.hub, 'lock.queued');
  const waiting = bob.ok('lock_acquire', { path: 'left.md', wait_ms: 20_000 });
  await queued;
  const error = await ann.refused('lock_acquire', { path: 'right.md', wait_ms: 20_000 });
  expect(error).toMatchObject({ code: 'deadlock', details: { cycle: expect.arrayContaining([ann.keyId, bob.keyId]) } });
  await ann.ok('lock_release', { lock_token: a.lock_token });
  await waiting;
});

test('[TL46] a lock that the person took away is lost, in words that say what to do', async () => {
  const lock = await ann.ok('lock_acquire', { path: 'forced.md' });
  const command = { workspace: box.workspace, path: 'forced.md', lockId: textIn(lock.lock_token) };
  await box.hub.execute(forceReleaseLock, command, human);
  const error = await ann.refused('lock_renew', { lock_token: lock.lock_token });
  expect(error).toMatchObject({ code: 'lock_not_held', message: expect.stringContaining('call lock_acquire') });
});

test('[LK32] a folder is locked, renewed, listed and released by its path, and guards what tools do below it', async () => {
  await using own = await openCatalogue();
  const [a, b] = [await own.join('a', 'editor'), await own.join('b', 'owner')];
  await b.ok('file_write', { path: 'src/old.txt', text: 'old' });
  await b.ok('file_write', { path: 'other.txt', text: 'other' });
  await b.ok('file_write', { path: 'table.csv', text: 'a,b\n1,2\n' });
  const { lock_token } = await a.ok('lock_acquire', { path: 'src/' });
  const guarded = [
    ['file_write', { path: 'src/new.txt', text: '' }],
    ['file_delete', { path: 'src/old.txt' }],
    ['file_move', { from: 'src/old.txt', to: 'out.txt' }],
    ['file_move', { from: 'other.txt', to: 'src/in.txt' }],
    ['file_copy', { from: 'other.txt', to: 'src/in.txt' }],
    ['file_purge', { path: 'src/old.txt' }],
    ['file_restore', { path: 'src/old.txt', version: 1 }],
    ['upload_create', { path: 'src/up.bin', size_bytes: 1 }],
    ['file_convert', { path: 'table.csv', to: 'tsv', into: 'src/table.tsv' }],
  ] as const;
  const taking = allTools.filter(
    ({ name, inputSchema }) => 'lock_token' in (inputSchema.properties ?? {}) && !name.startsWith('lock_'),
  );
  const called = new Set<string>(guarded.map(([tool]) => tool));
  expect(
    taking.filter(({ name }) => !called.has(name)).map(({ name }) => name),
    'tools that take a lock_token, which this test does not call yet',
  ).toEqual([]);
  for (const [tool, args] of guarded) {
    expect((await b.refused(tool, args))['code'], tool).toBe('locked');
  }
  expect((await a.ok('lock_list'))['locks']).toMatchObject([{ path: 'src/', lock_token }]);
  await a.ok('lock_renew', { path: 'src/', lock_token });
  await a.ok('file_write', { path: 'src/new.txt', text: 'new', lock_token });
  await a.ok('file_move', { from: 'src/old.txt', to: 'src/moved.txt', lock_token });
  await a.ok('lock_release', { path: 'src/', lock_token });
  await b.ok('file_delete', { path: 'src/new.txt' });
});
