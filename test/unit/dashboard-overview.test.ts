import { expect, test } from 'vitest';
import { feedEvents } from '../../src/dashboard/features/overview/feed-events.ts';
import { agentHealth } from '../../src/dashboard/features/overview/health.ts';
import { agentsElsewhere, boardLanes } from '../../src/dashboard/features/overview/lanes.ts';
import { type SessionPulse } from '../../src/protocol/ticks.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { type LockState, type SessionState, type WorkspaceState } from '../../src/protocol/state.ts';
import { lockAcquired, toolCalled } from '../support/agent-events.ts';

const workspace: WorkspaceState = {
  id: 'wsp_1',
  name: 'default',
  createdAt: 0,
  intelligence: false,
  quotaBytes: 1,
  usedBytes: 0,
  fileCount: 0,
  roles: { key_a: 'owner', key_b: 'editor' },
};

function session(id: string, keyId: string, openedAt: number, more: Partial<SessionState> = {}): SessionState {
  return { id, wire: 'sse', keyId, remote: '', openedAt, status: 'ready', since: openedAt, subscriptions: [], ...more };
}

const lock: LockState = {
  lockId: 'lck_1',
  workspace: 'wsp_1',
  path: 'plan.md',
  keyId: 'key_a',
  fence: 1,
  acquiredAt: 0,
  ttlMs: 1,
  expiresAt: 1,
  waiters: [{ waiterId: 'wtr_1', keyId: 'key_b', ttlMs: 1, since: 0, waitUntil: 1 }],
};

test('[UI16] a lane folds the sessions of a key, with what it holds and waits for', () => {
  const sessions = new Map(
    [session('s1', 'key_b', 2), session('s2', 'key_a', 1), session('s3', 'key_a', 3), session('s4', 'key_x', 4)].map(
      (s) => [s.id, s],
    ),
  );
  const lanes = boardLanes({ sessions, locks: new Map([['', lock]]), jobs: new Map() }, workspace, []);
  expect(lanes.map(({ keyId, sessions: own }) => [keyId, own.length])).toEqual([
    ['key_a', 2],
    ['key_b', 1],
  ]);
  expect(lanes[0]?.held).toEqual([lock]);
  expect(lanes[1]?.waits[0]?.lock).toBe(lock);
  expect(agentsElsewhere(sessions, workspace)).toBe(1);
});

test('[UI17] a lane that did not change stays the same object', () => {
  const sessions = new Map([session('s1', 'key_a', 1), session('s2', 'key_b', 2)].map((s) => [s.id, s]));
  const input = { sessions, locks: new Map([['', lock]]), jobs: new Map() };
  const before = boardLanes(input, workspace, []);
  const other = new Map(sessions).set('s2', session('s2', 'key_b', 2, { status: 'dropped' }));
  const after = boardLanes({ ...input, sessions: other }, workspace, before);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test('[UI18] health is that of the best session: lost, shaking hands, slow, idle, connected', () => {
  const pulse = (queuedBytes: number, lastFrameAt: number) => (): SessionPulse => ({
    type: 'session.pulse',
    sessionId: '',
    traffic: { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 },
    queuedBytes,
    calling: [],
    lastFrameAt,
    at: 0,
  });
  const none = () => undefined;
  const dropped = session('s', 'k', 0, { status: 'dropped', dropReason: 'reset' });
  expect(agentHealth([dropped], none, 0)).toMatchObject({ words: 'Connection lost: reset', isHollow: true });
  expect(agentHealth([dropped, session('t', 'k', 0)], none, 0).words).toBe('Connected');
  expect(agentHealth([session('s', 'k', 0, { status: 'opening' })], none, 0).words).toBe('Shaking hands');
  expect(agentHealth([session('s', 'k', 0)], pulse(100_000, 0), 0).tone).toBe('waiting');
  expect(agentHealth([session('s', 'k', 0)], pulse(0, 0), 400_000).words).toBe('Idle');
});

test('[UI19] the feed leaves out what another line already tells, and other workspaces', () => {
  const other: HubEvent = { ...lockAcquired(4, 'key_a', 'frm_9'), workspace: 'wsp_2' } as HubEvent;
  const events = [
    lockAcquired(1, 'key_a', 'frm_1'),
    toolCalled(2, 'key_a', 2, 'frm_1'),
    toolCalled(3, 'key_a', 90, 'frm_2'),
    other,
  ];
  expect(feedEvents(events, 'wsp_1').map(({ seq }) => seq)).toEqual([3, 1]);
});
