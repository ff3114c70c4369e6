import { expect, test } from 'vitest';
import { jobRows, runTime } from '../../src/dashboard/features/jobs/job-rows.ts';
import { isNearlyOver, leaseStart, lockRows, timeLeft } from '../../src/dashboard/features/locks/lock-rows.ts';
import { guardingLock } from '../../src/dashboard/guarding-lock.ts';
import { nameOfAgent } from '../../src/protocol/words/agent-label.ts';
import { placeKey } from '../../src/protocol/place-key.ts';
import type { JobRecord } from '../../src/protocol/records.ts';
import type { JobState, LockState } from '../../src/protocol/state.ts';

function lock(path: string, more: Partial<LockState> = {}): LockState {
  return {
    lockId: `lck_${path}`,
    workspace: 'w',
    path,
    keyId: 'key_a',
    fence: 1,
    acquiredAt: 0,
    ttlMs: 60_000,
    expiresAt: 60_000,
    waiters: [],
    ...more,
  };
}
const names = (id: string) => ({ key_a: 'Planner', key_b: 'Müller' })[id] ?? id;

test('[UX20] locks are listed held longest first and found by path, reason, holder and waiter', () => {
  const waiting = { waiterId: 'wtr_1', keyId: 'key_b', ttlMs: 1, since: 0, waitUntil: 1 };
  const locks = [
    lock('late', { fence: 9 }),
    lock('soon', { reason: 'Writes the report', waiters: [waiting] }),
    lock('other', { workspace: 'x' }),
  ];
  const paths = (text: string, workspace?: string) =>
    lockRows(locks, { text, ...(workspace === undefined ? {} : { workspace }) }, names).map(({ path }) => path);
  expect(paths('', 'w')).toEqual(['soon', 'late']);
  expect(paths('REPORT')).toEqual(['soon']);
  expect(paths('müller')).toEqual(['soon']);
  expect(paths('planner', 'x')).toEqual(['other']);
});

test('[UI100] a lock is found by the agent of a key that holds it, or waits for it', () => {
  const keys = new Map([
    ['key_a', { name: 'shared', agents: [{ name: 'codex' }, { name: 'codex 2', label: 'Ann' }] }],
    ['key_b', { name: 'other', agents: [{ name: 'codex' }] }],
  ]);
  const waiter = { waiterId: 'w', keyId: 'key_a', agent: 'codex 2', ttlMs: 1, since: 0, waitUntil: 1 };
  const locks = [
    lock('one.md', { agent: 'codex' }),
    lock('two.md', { keyId: 'key_b', agent: 'codex', waiters: [waiter] }),
  ];
  const paths = (text: string) =>
    lockRows(locks, { text }, (agent) => nameOfAgent(keys, agent)).map(({ path }) => path);
  expect(paths('shared/codex')).toEqual(['one.md']);
  expect(paths('ann')).toEqual(['two.md']);
  expect(paths('shared')).toEqual(['one.md', 'two.md']);
});

test('[UX26] a file is guarded by its own lock, else by that of the topmost folder that it is in', () => {
  const locks = new Map(
    [lock('a/b/', { keyId: 'key_b' }), lock('a/b/own.md'), lock('c'), lock('d/')].map((one) => [
      placeKey('w', one.path),
      one,
    ]),
  );
  const guard = (path: string, workspace = 'w') => guardingLock(locks, workspace, path)?.path;
  expect(
    ['a/b/own.md', 'a/b/c/other.md', 'a/b/', 'a/b/c/', 'a/x.md', 'c/x.md', 'd'].map((path) => guard(path)),
  ).toEqual(['a/b/own.md', 'a/b/', 'a/b/', 'a/b/', undefined, undefined, undefined]);
  expect(guard('a/b/c.md', 'x')).toBeUndefined();
});

test('[UX21] a countdown runs from full to empty and never below', () => {
  const held = lock('a', { acquiredAt: 0, ttlMs: 10_000, expiresAt: 30_000 });
  const span = { from: leaseStart(held), until: held.expiresAt };
  expect(timeLeft(span, 20_000)).toEqual({ ms: 10_000, fraction: 1 });
  expect(timeLeft(span, 25_000).fraction).toBe(0.5);
  expect(timeLeft(span, 99_000)).toEqual({ ms: 0, fraction: 0 });
  expect([1, 0.3, 0.25, 0].map(isNearlyOver)).toEqual([false, false, true, true]);
});

function job(id: string, more: Partial<JobState> = {}): JobState {
  return {
    id,
    workspace: 'w',
    kind: 'file_extract',
    fileId: 'fil_1',
    path: `${id}.txt`,
    version: 1,
    attempt: 1,
    status: 'queued',
    requestedBy: { kind: 'human' },
    queuedAt: 5,
    queuedSeq: 5,
    ...more,
  };
}
function done(id: string): JobRecord {
  return { ...job(id), status: 'succeeded', startedAt: 10, finishedAt: 25, ms: 15, result: {}, log: [] };
}

test('[UX22] running jobs come first, then queued, then finished; a retried one is there once', () => {
  const live = [job('q'), job('r', { status: 'running' }), job('again', { queuedSeq: 9 })];
  const rows = jobRows(live, [done('again'), done('d')], { text: '' });
  expect(rows.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'r running',
    'again queued',
    'q queued',
    'd succeeded',
  ]);
  expect(jobRows(live, [done('d')], { text: 'd.tx' }).map(({ id }) => id)).toEqual(['d']);
  expect(jobRows(live, [done('d')], { text: '', status: 'queued' }).map(({ id }) => id)).toEqual(
    ['q', 'again'].reverse(),
  );
  expect(jobRows(live, [], { text: '', workspace: 'x' })).toEqual([]);
});

test('[UX22] a job’s time runs while it runs and stands still when it has ended', () => {
  expect(runTime(job('q'), 100)).toBeUndefined();
  expect(runTime(job('r', { status: 'running', startedAt: 40 }), 100)).toBe(60);
  expect(runTime(done('d'), 1_000)).toBe(15);
  const { ms: _ms, result: _result, ...ended } = { ...done('c'), ms: 1, result: {} };
  expect(runTime({ ...ended, status: 'cancelled', finishedAt: 30, reason: 'enough' }, 1_000)).toBe(20);
});
