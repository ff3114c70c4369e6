import { expect, test } from 'vitest';
import { ACTIVITY_BUCKET_MS, activityBars, countActivity } from '../../src/protocol/activity.ts';
import { publish, type Arrivals } from '../../src/dashboard/publish.ts';
import { changeKey, emptyServerSlice } from '../../src/dashboard/server-slice.ts';
import { eventParts, eventSubject, isAboutAnother } from '../../src/protocol/words/event-parts.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { emptyState, type KeyState } from '../../src/protocol/state.ts';
import { agent, lockAcquired, toolCalled } from '../support/agent-events.ts';

function batchOf(events: readonly HubEvent[], ticks: Arrivals['ticks'] = []): Arrivals {
  return { change: { isReset: false, events, collections: new Set() }, ticks, frames: new Map(), pulse: undefined };
}

test('[UI12] what an agent did last is the fact, not the call in which it happened', () => {
  const one = publish(
    emptyServerSlice,
    emptyState(),
    batchOf([lockAcquired(1, 'key_a', 'frm_1'), toolCalled(2, 'key_a', 2, 'frm_1')]),
  );
  expect(one.lastActions?.get('key_a')?.type).toBe('lock.acquired');
  // The clock's millisecond may turn within a call that took less.
  const quick = { ...toolCalled(2, 'key_a', 2, 'frm_1'), ms: 0.4 } as HubEvent;
  const turned = publish(emptyServerSlice, emptyState(), batchOf([lockAcquired(1, 'key_a', 'frm_1'), quick]));
  expect(turned.lastActions?.get('key_a')?.type).toBe('lock.acquired');
  const two = publish({ ...emptyServerSlice, ...one }, emptyState(), batchOf([toolCalled(3, 'key_a', 90, 'frm_2')]));
  expect(two.lastActions?.get('key_a')?.type).toBe('tool.called');
});

test('[HS10] a map is a new one only where something in it is, so that what shows it need not render again', () => {
  const key = { id: 'key_a', name: 'a' } as KeyState;
  const state = emptyState();
  state.keys.set('key_a', key);
  const batch = { ...batchOf([]), change: { isReset: false, events: [], collections: new Set(['keys'] as const) } };
  const first = publish(emptyServerSlice, state, batch).keys ?? new Map<string, KeyState>();
  expect(publish({ ...emptyServerSlice, keys: first }, state, batch).keys).toBe(first);
  state.keys.set('key_a', { ...key, revokedAt: 5 });
  expect(publish({ ...emptyServerSlice, keys: first }, state, batch).keys).not.toBe(first);
});

test('[HS13] lists of what belongs to no workspace learn of changes too', () => {
  const closed = {
    seq: 7,
    at: 1,
    actor: { kind: 'hub' },
    type: 'session.closed',
    sessionId: 'ses_1',
    reason: 'The agent ended it',
    traffic: { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 },
  } as HubEvent;
  const { changes } = publish(emptyServerSlice, emptyState(), batchOf([closed]));
  expect(changes?.get(changeKey('session', undefined))).toBe(7);
});

test('[UI34] a lock granted by a release is the doing of the one who waited', () => {
  const grant = {
    ...lockAcquired(1, 'key_b', 'frm_1'),
    actor: agent('key_a'),
    waiterId: 'wtr_1',
    waitedMs: 900,
  } as HubEvent;
  const shown = publish(emptyServerSlice, emptyState(), batchOf([grant]));
  expect(shown.lastActions?.get('key_b')).toBe(grant);
  expect(shown.lastActions?.has('key_a')).toBe(false);
  expect(eventSubject(grant)).toEqual({ kind: 'agent', key: 'key_b' });
  // Beside the one who let go, as the audit has it, the sentence names who got it.
  expect(isAboutAnother(grant)).toBe(true);
  expect(eventParts(grant)).toEqual(['locked ', { data: 'plan.md' }, ' after waiting 900 ms']);
});

test('[UI13] what a job or upload reported while it ran is forgotten when it ends', () => {
  const patch = publish(emptyServerSlice, emptyState(), {
    ...batchOf([]),
    ticks: [
      { type: 'job.progress', jobId: 'job_1', workspace: 'wsp_1', fraction: 0.5, at: 1 },
      { type: 'job.log', jobId: 'job_1', workspace: 'wsp_1', line: 'a', at: 1 },
    ],
  });
  expect(patch.jobProgress?.get('job_1')?.fraction).toBe(0.5);
  const ended = publish(
    { ...emptyServerSlice, ...patch },
    emptyState(),
    batchOf([
      {
        seq: 1,
        at: 1,
        actor: { kind: 'hub' },
        type: 'job.cancelled',
        workspace: 'wsp_1',
        jobId: 'job_1',
        reason: 'x',
        log: [],
      },
    ]),
  );
  expect(ended.jobProgress?.size).toBe(0);
  expect(ended.jobLogs?.size).toBe(0);
});

test('[UI14] only the last 2,000 events are kept at hand', () => {
  const events = Array.from({ length: 2_500 }, (_, at) => toolCalled(at + 1, 'key_a', at));
  const first = publish(emptyServerSlice, emptyState(), batchOf(events.slice(0, 1_500)));
  const second = publish({ ...emptyServerSlice, ...first }, emptyState(), batchOf(events.slice(1_500)));
  expect(second.recent).toHaveLength(2_000);
  expect(second.recent?.at(-1)?.seq).toBe(2_500);
});

test('[UI15] an activity strip counts by five seconds and moves with the clock', () => {
  const at = (bucket: number) => bucket * ACTIVITY_BUCKET_MS + 1;
  const strips = countActivity(new Map(), [
    toolCalled(1, 'key_a', at(100)),
    toolCalled(2, 'key_a', at(100)),
    toolCalled(3, 'key_a', at(102)),
  ]);
  expect(activityBars(strips.get('key_a'), at(102)).slice(-3)).toEqual([2, 0, 1]);
  expect(activityBars(strips.get('key_a'), at(104)).slice(-5)).toEqual([2, 0, 1, 0, 0]);
  expect(activityBars(undefined, at(1))).toHaveLength(36);
  const later = countActivity(strips, [toolCalled(4, 'key_b', at(103))]);
  expect(later.get('key_a')).toBe(strips.get('key_a'));
});
