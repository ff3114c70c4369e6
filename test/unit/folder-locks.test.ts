import { expect, test } from 'vitest';
import { normalizeLockPath } from '../../src/hub/paths/path.ts';
import { foldersAbove } from '../../src/protocol/folders-above.ts';
import { acquireLock, expireLocks, releaseLock } from '../../src/hub/rules/locks.ts';
import { lockRefusal } from '../../src/hub/rules/write-guard.ts';
import { RuleWorld } from '../support/rule-world.ts';

const lock = (path: string, waitMs = 0) => ({ workspace: 'wsp_1', path, ttlMs: 60_000, waitMs });

test('[LK32] a folder conflicts with locks above and below, by whomever, and with none beside', () => {
  for (const [held, wanted] of [
    ['src/', 'src/a.ts'],
    ['src/', 'src/lib/'],
    ['src/lib/b.ts', 'src/'],
    ['src/lib/', 'src/'],
    ['a-b/', 'a\u2010b/c.ts'],
  ] as const) {
    const world = RuleWorld.withAgents();
    world.run('key_a', acquireLock, lock(held));
    expect(world.refusal('key_b', acquireLock, lock(wanted, 30_000)), `${held} ${wanted}`).toMatchObject({
      code: 'locked',
      details: { path: held, holder: 'key_a' },
    });
    expect(world.refusal('key_a', acquireLock, lock(wanted)).code).toBe('locked');
    for (const beside of ['src.ts', 'srcs/a', 'other/', 'a']) world.run('key_b', acquireLock, lock(beside));
  }
});

test('[LK32] what is below a locked folder is written with its token or fence only', () => {
  const world = RuleWorld.withAgents();
  const answer = world.run('key_a', acquireLock, lock('src/'));
  if (answer.status !== 'held') throw new Error('expected to hold it');
  const refusal = (key: string, path: string, proof = {}) =>
    lockRefusal(world.state, { kind: 'agent', key }, { workspace: 'wsp_1', path }, proof, world.now)?.code;
  expect(refusal('key_b', 'src/lib/a.ts')).toBe('locked');
  expect(refusal('key_a', 'src/lib/a.ts')).toBe('locked');
  expect(refusal('key_a', 'src/lib/a.ts', { lockId: answer.lockId })).toBeUndefined();
  expect(refusal('key_a', 'src/a.ts', { fence: answer.fence })).toBeUndefined();
  expect(refusal('key_b', 'src/a.ts', { fence: answer.fence - 1 })).toBe('fence_stale');
  expect(refusal('key_b', 'srcs.ts')).toBeUndefined();
  world.run('key_a', releaseLock, { ...lock('src/'), lockId: answer.lockId });
  expect(refusal('key_b', 'src/lib/a.ts')).toBeUndefined();
});

test('[LK32] a folder whose lease has ended goes to the first in its queue, and nothing below it to another', () => {
  const world = RuleWorld.withAgents();
  world.run('key_a', acquireLock, lock('src/'));
  world.run('key_b', acquireLock, lock('src/', 3_600_000));
  world.now += 60_000;
  expect(world.refusal('key_c', acquireLock, lock('src/a.ts')).code).toBe('locked');
  world.run('hub', expireLocks, {});
  expect(world.lock('src/')).toMatchObject({ keyId: 'key_b' });
});

test('[LK32] patterns are refused, and folders are named with one slash at the end', () => {
  const world = RuleWorld.withAgents();
  for (const pattern of ['src/*', '**', 'a?.ts', '*/']) {
    expect(world.refusal('key_a', acquireLock, lock(pattern)), pattern).toMatchObject({ code: 'invalid_path' });
  }
  expect(['src/', 'a'].map(normalizeLockPath)).toEqual(['src/', 'a']);
  for (const bad of ['/', 'a//', '../', '']) expect(normalizeLockPath(bad)).toMatchObject({ code: 'invalid_path' });
  expect(foldersAbove('a/b/c')).toEqual(['a/', 'a/b/']);
  expect(foldersAbove('a/b/')).toEqual(['a/']);
});
