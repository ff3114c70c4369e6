import { expect, test } from 'vitest';
import { authenticate, bestRole, resolveWorkspace, workspaceCalled, workspacesOf } from '../../src/hub/permission.ts';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { acquireLock, expireLocks, releaseLock } from '../../src/hub/rules/locks.ts';
import { openSession, subscribeSession, unsubscribeSession } from '../../src/hub/rules/sessions.ts';
import { deleteWorkspace } from '../../src/hub/rules/workspaces.ts';
import { removeMember, setMember } from '../../src/hub/rules/members.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { DeadlineHeap } from '../../src/protocol/deadline-heap.ts';
import { LockMap } from '../../src/protocol/lock-map.ts';
import { lookOfName } from '../../src/protocol/names/look.ts';
import { SessionMap } from '../../src/protocol/session-map.ts';
import { RuleWorld } from '../support/rule-world.ts';
import { seeded } from '../support/seeded.ts';

/** Makes going through a whole map fail the test. */
function neverGoneThrough(map: Map<string, unknown>): void {
  const fail = (): never => {
    throw new Error('The whole map was gone through');
  };
  Object.assign(map, { values: fail, entries: fail, keys: fail, forEach: fail, [Symbol.iterator]: fail });
}

const lock = (path: string, waitMs = 0) => ({ workspace: 'wsp_1', path, ttlMs: 60_000, waitMs });

test('[LK31] with 5,000 locks, none is gone through to take, await, release or end one', () => {
  const world = RuleWorld.withAgents();
  world.limits = { ...world.limits, 'locks-per-key': 6_000, 'locks-per-workspace': 6_000 };
  for (let n = 0; n < 5_000; n++) world.run('key_a', acquireLock, { ...lock(`f${n}`), ttlMs: 3_600_000 });
  neverGoneThrough(world.state.locks);
  const held = world.run('key_b', acquireLock, lock('b'));
  world.run('key_c', acquireLock, lock('b', 30_000));
  world.run('key_b', acquireLock, lock('f1', 30_000));
  expect(world.state.locks.nextDeadline()).toBe(world.now + 30_000);
  // c waits for b; b waits for a.
  expect(world.refusal('key_a', acquireLock, lock('b', 30_000)).code).toBe('deadlock');
  if (held.status === 'held') world.run('key_b', releaseLock, { ...lock('b'), lockId: held.lockId });
  world.now += 60_000;
  const { seq } = world.state;
  world.run('hub', expireLocks, {});
  expect(world.typesSince(seq).toSorted()).toEqual(['lock.refused', 'lock.released']);
  world.run('human', revokeKey, { keyId: 'key_c' });
});

test('[LK31] the soonest of many deadlines is found, whatever is set, moved and taken away', () => {
  const heap = new DeadlineHeap();
  const all = new Map<string, number>();
  let seed = 7;
  const random = (most: number): number => (seed = (seed * 48_271) % 2_147_483_647) % most;
  for (let step = 0; step < 3_000; step++) {
    const name = `n${random(60)}`;
    if (random(4) === 0) {
      heap.delete(name);
      all.delete(name);
    } else {
      const at = random(1_000);
      heap.set(name, at);
      all.set(name, at);
    }
    expect(heap.next()).toBe(all.size === 0 ? undefined : Math.min(...all.values()));
    const now = random(1_000);
    const due = [...all].filter(([, at]) => at <= now).map(([of]) => of);
    expect(heap.due(now).toSorted()).toEqual(due.toSorted());
  }
});

test('[KY10] a key is found, and an unknown one is not, without going through all', () => {
  const world = RuleWorld.withAgents();
  neverGoneThrough(world.state.keys);
  expect(authenticate(world.state, 'nobody', world.now)).toMatchObject({ code: 'unauthorized' });
  expect(authenticate(world.state, 'b', world.now)).toMatchObject({ id: 'key_b' });
  world.add({ type: 'key.created', keyId: 'key_e', name: 'e', secretSha256: 'e' });
  expect(authenticate(world.state, 'e', world.now)).toMatchObject({ id: 'key_e' });
  world.state.keys.delete('key_e');
  expect(authenticate(world.state, 'e', world.now)).toMatchObject({ code: 'unauthorized' });
});

test('[WS24] what a key asks of workspaces goes through its own alone, and finds them as they are now', () => {
  const world = RuleWorld.withAgents();
  for (let n = 0; n < 1_000; n++) {
    world.add({ type: 'workspace.created', workspace: `wsp_x${n}`, name: `x${n}`, intelligence: true, quotaBytes: 1 });
  }
  world.add({ type: 'member.set', workspace: 'wsp_x7', keyId: 'key_a', role: 'owner' });
  world.add({ type: 'workspace.updated', workspace: 'wsp_x7', name: 'Café'.normalize('NFC') });
  neverGoneThrough(world.state.workspaces);
  const actor = { kind: 'agent', key: 'key_a' } as const;
  const find = (name: string | undefined) => {
    const found = resolveWorkspace(world.state, actor, name);
    return found instanceof HubError ? found.code : found.id;
  };
  expect(['nowhere', 'x8', 'wsp_x8', 'x7', 'Café'.normalize('NFD'), 'wsp_x7'].map(find)).toEqual([
    'not_found',
    'not_found',
    'not_found',
    'not_found',
    'wsp_x7',
    'wsp_x7',
  ]);
  expect([bestRole(world.state, 'key_a'), workspaceCalled(world.state, 'x8')?.id]).toEqual(['owner', 'wsp_x8']);
  expect(workspacesOf(world.state, actor).map(({ id }) => id)).toEqual(['wsp_1', 'wsp_x7']);
  world.add({ type: 'member.removed', workspace: 'wsp_x7', keyId: 'key_a' });
  expect(find('Café')).toBe('not_found');
  world.add({ type: 'workspace.deleted', workspace: 'wsp_1', name: 'default' });
  expect(workspacesOf(world.state, actor)).toEqual([]);
});

test('[WS22] an owner whose key has expired does not count as one', () => {
  const world = RuleWorld.withAgents();
  world.add({ type: 'key.created', keyId: 'key_e', name: 'e', secretSha256: 'e', expiresAt: world.now + 1_000 });
  for (const keyId of ['key_a', 'key_e']) world.add({ type: 'member.set', workspace: 'wsp_1', keyId, role: 'owner' });
  const leave = { workspace: 'wsp_1', keyId: 'key_a' };
  world.now += 1_000;
  expect(world.refusal('key_a', removeMember, leave).code).toBe('conflict');
  expect(world.refusal('key_a', setMember, { ...leave, role: 'editor' }).code).toBe('conflict');
  world.now -= 1;
  world.run('key_a', removeMember, leave);
});

test('[WS23] the event of a deletion carries the name', () => {
  const world = RuleWorld.withAgents();
  world.run('human', deleteWorkspace, { workspace: 'wsp_1', confirm: 'default' });
  expect(world.log.at(-1)).toMatchObject({ type: 'workspace.deleted', workspace: 'wsp_1', name: 'default' });
});

test('[SE10] many URIs of one request are subscribed to, and ended, in one event, all or none', () => {
  const world = RuleWorld.withAgents();
  const { sessionId } = world.run('key_a', openSession, { wire: 'modern', keyId: 'key_a', remote: '' });
  const uris = Array.from({ length: 1_000 }, (_, n) => `x:${n}`);
  const { seq } = world.state;
  world.run('key_a', subscribeSession, { sessionId, uris });
  expect(world.state.sessions.get(sessionId)?.subscriptions).toEqual(uris);
  expect(world.refusal('key_a', subscribeSession, { sessionId, uris: ['x:1', 'y'] }).code).toBe('limit_reached');
  world.run('key_a', unsubscribeSession, { sessionId, uris: uris.slice(1) });
  expect(world.state.sessions.get(sessionId)?.subscriptions).toEqual(['x:0']);
  expect(world.typesSince(seq)).toEqual(['session.subscribed', 'session.unsubscribed']);
});

test('[LK34] a queue that moves looks up only who joined or left, and the indexes are what a look at all locks gives', () => {
  const map = new LockMap<QueuedLock>();
  const random = seeded(11);
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T; // none of them is empty
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (let step = 0; step < 2_000; step++) {
    const path = one(['x', 'y', 'z']);
    const was = map.get(path);
    const untouched = new Map(names.map((name) => [name, map.awaitedBy(name)]));
    let { keyId = one(names), waiters = [] } = was ?? {};
    const chance = random();
    if (chance < 0.4) waiters = [...waiters, { keyId: one(names), waitUntil: step + Math.floor(random() * 50) }];
    else if (chance < 0.7) [keyId, waiters] = [waiters[0]?.keyId ?? keyId, waiters.slice(1)];
    else if (chance < 0.8) waiters = waiters.filter(() => random() < 0.5);
    else if (chance < 0.9) waiters = waiters.map((waiter) => ({ ...waiter, waitUntil: waiter.waitUntil + 5 }));
    if (chance < 0.95) map.set(path, { workspace: 'w', path, keyId, expiresAt: step + 20, waiters });
    else map.delete(path);
    const locks = [...map.values()];
    for (const name of names) {
      const awaited = locks.filter((lock) => lock.waiters.some((waiter) => waiter.keyId === name));
      expect([...map.awaitedBy(name)].toSorted()).toEqual(awaited.map((lock) => lock.path).toSorted());
      const places = locks.flatMap(({ waiters: all }) => all).filter((waiter) => waiter.keyId === name);
      expect(map.waitsOf(name)).toBe(places.length);
      expect([...map.heldBy(name)]).toHaveLength(locks.filter((lock) => lock.keyId === name).length);
      // Who waited here before and after, at the same place of the queue, keeps the very set.
      if (chance < 0.4 && was?.waiters.some((waiter) => waiter.keyId === name)) {
        expect(map.awaitedBy(name)).toBe(untouched.get(name));
      }
    }
    expect(map.countIn('w')).toBe(locks.length);
    const ends = locks.flatMap((lock) => [lock.expiresAt, ...lock.waiters.map(({ waitUntil }) => waitUntil)]);
    expect(map.nextDeadline()).toBe(ends.length === 0 ? undefined : Math.min(...ends));
  }
});

test('[AG21] the indexes of sessions are what a look at all sessions gives', () => {
  interface Named {
    readonly id: string;
    readonly keyId: string;
    readonly agent?: string;
    readonly given?: string;
  }
  const map = new SessionMap<Named>();
  const random = seeded(5);
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T; // none of them is empty
  const names = ['Ann', 'ann', 'Bob', 'Bob 2'];
  for (let step = 0; step < 2_000; step++) {
    const id = `s${Math.floor(random() * 12)}`;
    const [agent, given] = [one([...names, undefined]), one([...names, undefined])];
    if (random() < 0.3) map.delete(id);
    else {
      const session = { id, keyId: map.get(id)?.keyId ?? one(['a', 'b']) };
      map.set(id, {
        ...session,
        ...(agent === undefined ? {} : { agent }),
        ...(given === undefined ? {} : { given }),
      });
    }
    if (random() < 0.01) map.clear();
    for (const key of ['a', 'b']) {
      const own = [...map.values()].filter(({ keyId }) => keyId === key);
      expect([...map.of(key)].toSorted(byId)).toEqual(own.toSorted(byId));
      for (const name of names) {
        const look = lookOfName(name);
        const called = own.filter((session) => session.agent !== undefined && lookOfName(session.agent) === look);
        expect([...map.called(key, look)].toSorted(byId)).toEqual(called.toSorted(byId));
        const wasGiven = own.some((session) => session.given !== undefined && lookOfName(session.given) === look);
        expect(map.wasGiven(key, look)).toBe(wasGiven);
      }
    }
  }
});

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

interface QueuedLock {
  readonly workspace: string;
  readonly path: string;
  readonly keyId: string;
  readonly expiresAt: number;
  readonly waiters: readonly { readonly keyId: string; readonly waitUntil: number }[];
}
