import { expect, test } from 'vitest';
import { groupJobs, groupWords, isGroup, isSameJobLine } from '../../src/dashboard/features/jobs/job-groups.ts';
import { jobRows, runTime } from '../../src/dashboard/features/jobs/job-rows.ts';
import { lockHistory } from '../../src/dashboard/features/locks/lock-history.ts';
import { isNearlyOver, leaseStart, lockRows, timeLeft } from '../../src/dashboard/features/locks/lock-rows.ts';
import { guardingLock } from '../../src/dashboard/guarding-lock.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
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

test('[UX91] what became of a lock is found among the events of all: who got it, after how long a wait, and who was refused it', () => {
  const event = (seq: number, more: Partial<HubEvent>): HubEvent =>
    ({
      seq,
      at: seq,
      actor: { kind: 'agent', key: 'key_a' },
      workspace: 'wsp_1',
      path: 'plan.md',
      ...more,
    }) as HubEvent;
  const events = [
    event(5, { type: 'lock.refused', keyId: 'key_b', code: 'deadlock' }),
    event(4, { type: 'lock.acquired', waiterId: 'wtr_1', waitedMs: 5_000 }),
    event(3, { type: 'lock.acquired', path: 'other.md', waiterId: 'wtr_2', waitedMs: 90_000 }),
    event(2, { type: 'lock.released', how: 'released' }),
    event(1, { type: 'lock.acquired', waitedMs: 0 }),
  ];
  const { events: own, ...sums } = lockHistory(events, { path: 'plan.md' });
  expect(own.map(({ seq }) => seq)).toEqual([5, 4, 2, 1]);
  expect(sums).toEqual({ waits: 1, longestMs: 5_000, deadlocks: 1 });
  expect(lockHistory(events, { path: 'none.md' })).toEqual({ events: [], waits: 0, longestMs: 0, deadlocks: 0 });
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

test('[UX92] jobs on one file are one line where that is asked for, which says how they are', () => {
  const on = (id: string, path: string, more: Partial<JobState> = {}) => job(id, { path, ...more });
  const live = [on('j1', 'a.md', { status: 'running' }), on('j2', 'b.md')];
  const finished = [
    { ...done('j3'), path: 'a.md' },
    { ...done('j4'), path: 'a.md' },
  ];
  const rows = jobRows(live, finished, { text: '' });
  const said = (lines: ReturnType<typeof groupJobs>) =>
    lines.map((line) => (isGroup(line) ? `${line.path}: ${groupWords(line)}` : line.id));
  expect(said(groupJobs(rows, new Set()))).toEqual(['a.md: 1 running, 2 succeeded', 'j2']);
  const open = new Set(['w\na.md']);
  expect(said(groupJobs(rows, open))).toEqual(['a.md: 1 running, 2 succeeded', 'j1', 'j3', 'j4', 'j2']);
  // In a held list no job is folded away, and a group stays one.
  expect(said(groupJobs(rows, new Set(), new Set()))).toEqual(['j1', 'j2', 'j3', 'j4']);
  expect(said(groupJobs(rows.slice(0, 2), new Set(), open))).toEqual(['a.md: 1 running', 'j2']);
  const [one] = groupJobs(rows, new Set());
  const [same] = groupJobs(jobRows(live, finished, { text: '' }, rows), new Set());
  const [other] = groupJobs(jobRows(live, finished.slice(1), { text: '' }, rows), new Set());
  if (!one || !same || !other) throw new Error('There is no group');
  expect([isSameJobLine(one, same), isSameJobLine(one, other)]).toEqual([true, false]);
});
