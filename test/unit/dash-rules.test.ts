import { expect, test } from 'vitest';
import { ACTIVITY_BUCKET_MS, activityBars, countActivity } from '../../src/dashboard/activity.ts';
import { feedEvents } from '../../src/dashboard/features/overview/feed-events.ts';
import { agentHealth } from '../../src/dashboard/features/overview/health.ts';
import { agentsElsewhere, boardLanes } from '../../src/dashboard/features/overview/lanes.ts';
import { bestOf, paletteScore } from '../../src/dashboard/features/palette/palette-score.ts';
import { filterFrames } from '../../src/dashboard/features/sessions/frame-filter.ts';
import { handshakeSteps } from '../../src/dashboard/features/sessions/handshake.ts';
import { connectionWords } from '../../src/dashboard/features/shell/connection-words.ts';
import { Shortcuts } from '../../src/dashboard/features/shell/shortcuts.ts';
import { tokenIn } from '../../src/dashboard/login.ts';
import { publish, type Batch } from '../../src/dashboard/publish.ts';
import { screens } from '../../src/protocol/screens.ts';
import { formatRoute, parseRoute } from '../../src/dashboard/route.ts';
import { emptyServerSlice, type SessionPulse } from '../../src/dashboard/server-slice.ts';
import { createDashboardStore } from '../../src/dashboard/store.ts';
import { agentHues, agentPalette } from '../../src/dashboard/theme/agent-hues.ts';
import { contrast } from '../../src/dashboard/theme/oklch.ts';
import { darkSurfaces, lightSurfaces } from '../../src/dashboard/theme/surfaces.ts';
import { eventParts, eventSubject, isAboutAnother } from '../../src/protocol/words/event-parts.ts';
import { snippetFor } from '../../src/dashboard/ui/client-snippets.ts';
import { moveInList } from '../../src/dashboard/ui/list-moves.ts';
import { formatAgo, formatCountdown, formatDuration, formatSize } from '../../src/protocol/words/units.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import type { Frame } from '../../src/protocol/frames.ts';
import { emptyState, type LockState, type SessionState, type WorkspaceState } from '../../src/protocol/state.ts';

const agent = (key: string) => ({ kind: 'agent', key, session: `ses_${key}` }) as const;

function toolCalled(seq: number, key: string, at: number, cause?: string): HubEvent {
  return {
    seq,
    at,
    actor: agent(key),
    ...(cause === undefined ? {} : { cause }),
    type: 'tool.called',
    tool: 'lock_acquire',
    sessionId: `ses_${key}`,
    argsDigest: '',
    outcome: 'ok',
    ms: 1,
    workspace: 'wsp_1',
  };
}

function lockAcquired(seq: number, key: string, cause: string): HubEvent {
  return {
    seq,
    at: seq,
    actor: agent(key),
    cause,
    type: 'lock.acquired',
    workspace: 'wsp_1',
    path: 'plan.md',
    lockId: 'lck_1',
    keyId: key,
    ttlMs: 60_000,
    expiresAt: 60_000,
    waitedMs: 0,
  };
}

function batchOf(events: readonly HubEvent[], ticks: Batch['ticks'] = []): Batch {
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

test('[UI13] what a job or upload told while it ran is forgotten when it ends', () => {
  const told = publish(emptyServerSlice, emptyState(), {
    ...batchOf([]),
    ticks: [
      { type: 'job.progress', jobId: 'job_1', workspace: 'wsp_1', fraction: 0.5, at: 1 },
      { type: 'job.log', jobId: 'job_1', workspace: 'wsp_1', line: 'a', at: 1 },
    ],
  });
  expect(told.jobProgress?.get('job_1')?.fraction).toBe(0.5);
  const ended = publish(
    { ...emptyServerSlice, ...told },
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

function frame(n: number, more: Partial<Frame>): Frame {
  return {
    id: `frm_l_${n}`,
    n,
    at: 1_000 + n,
    wire: 'sse',
    direction: 'in',
    kind: 'request',
    label: '',
    sizeBytes: 1,
    ...more,
  };
}

test('[UI20] the handshake of each wire is read from its frames, step by step', () => {
  const client = { name: 'c', version: '1', protocolVersion: '2025-06-18', capabilities: ['roots'] };
  const frames = [
    frame(1, { kind: 'http', label: 'GET /sse', status: 200 }),
    frame(2, { kind: 'sse', label: 'endpoint', direction: 'out' }),
    frame(3, { label: 'initialize' }),
    frame(4, { label: 'initialize', kind: 'response', direction: 'out' }),
    frame(5, { label: 'notifications/initialized', kind: 'notification' }),
  ];
  const steps = handshakeSteps({ wire: 'sse', openedAt: 1_001, client, subscriptions: [] }, frames);
  expect(steps.map(({ name, at }) => [name, at])).toEqual([
    ['Connect', 1_001],
    ['Endpoint', 1_002],
    ['Initialize', 1_003],
    ['Agreed', 1_004],
    ['Initialized', 1_005],
  ]);
  expect(steps[3]?.said).toBe('protocol 2025-06-18');
  const half = handshakeSteps({ wire: 'streamable', openedAt: 1_000, subscriptions: [] }, []);
  expect(half.map(({ name, at }) => [name, at])).toEqual([
    ['Connect', 1_000],
    ['Initialize', undefined],
    ['Agreed', undefined],
    ['Initialized', undefined],
  ]);
  const stateless = handshakeSteps({ wire: 'modern', openedAt: 1_000, client, subscriptions: ['a', 'b'] }, [
    frame(1, { wire: 'modern', label: 'server/discover' }),
    frame(2, { wire: 'modern', label: 'tools/call', detail: 'whoami' }),
    frame(3, { wire: 'modern', label: 'subscriptions/listen' }),
  ]);
  expect(stateless.map(({ name, said }) => [name, said])).toContainEqual(['First call', 'tools/call whoami']);
  expect(stateless.at(-1)).toMatchObject({ name: 'Watching', said: '2 resources' });
});

test('[UI21] frames are filtered by sort and by all words of a text', () => {
  const frames = [
    frame(1, { kind: 'http', label: 'POST /messages' }),
    frame(2, { label: 'tools/call', detail: 'lock_acquire', rpcId: 7 }),
    frame(3, { label: 'tools/call', kind: 'response', errorCode: 'locked' }),
    frame(4, { kind: 'sse', label: 'comment' }),
  ];
  const ns = (...of: Parameters<typeof filterFrames>) => filterFrames(...of).map(({ n }) => n);
  expect(ns(frames, 'all', '')).toEqual([1, 2, 3, 4]);
  expect(ns(frames, 'messages', '')).toEqual([2, 3]);
  expect(ns(frames, 'errors', '')).toEqual([3]);
  expect(ns(frames, 'all', 'CALL lock_')).toEqual([2]);
});

test('[UI22] keys: g and a letter within 1.2 s goes to a screen; others are one wish each', () => {
  let now = 0;
  const keys = new Shortcuts(() => now);
  expect(keys.typed('g')).toBeUndefined();
  expect(keys.typed('o')).toEqual({ kind: 'go', letter: 'o' });
  keys.typed('g');
  now = 5_000;
  expect(keys.typed('j')).toEqual({ kind: 'list' });
  expect(keys.typed('?')).toEqual({ kind: 'help' });
  expect(keys.typed('x')).toBeUndefined();
});

test('[UI23] j, k and the other keys move in a list and stay in it', () => {
  expect(moveInList('j', -1, 5, 3)).toBe(0);
  expect(moveInList('j', 4, 5, 3)).toBe(4);
  expect(moveInList('k', 0, 5, 3)).toBe(0);
  expect(moveInList('PageDown', 0, 5, 3)).toBe(3);
  expect(moveInList('End', 0, 5, 3)).toBe(4);
  expect(moveInList('j', 0, 0, 3)).toBeUndefined();
  expect(moveInList('x', 0, 5, 3)).toBeUndefined();
});

test('[UI24] the address names the screen and what it was opened with', () => {
  expect(parseRoute(formatRoute({ screen: 'files', params: { path: 'a b/ü&.txt' } }))).toEqual({
    screen: 'files',
    params: { path: 'a b/ü&.txt' },
  });
  for (const { key } of screens) {
    expect(parseRoute(formatRoute({ screen: key, params: {} }))).toEqual({ screen: key, params: {} });
  }
  expect(parseRoute('#/nonsense?x=1')).toEqual({ screen: 'overview', params: {} });
  expect(parseRoute('')).toEqual({ screen: 'overview', params: {} });
});

test('[UI39] each screen has an address and a shortcut of its own', () => {
  for (const part of ['key', 'title', 'shortcut'] as const) {
    expect(new Set(screens.map((screen) => screen[part])).size, part).toBe(screens.length);
  }
  for (const { key, shortcut } of screens) {
    expect(key).toMatch(/^[a-z]+$/u);
    expect(shortcut).toHaveLength(1); // one key after g
  }
});

test('[UI25] a pasted link gives its token, and a bare token is one', () => {
  expect(tokenIn(' http://127.0.0.1:7337/#token=abc-_1 ')).toBe('abc-_1');
  expect(tokenIn(' abc ')).toBe('abc');
});

test('[UI26] the inspector remembers the way: back, forward, and a new branch', () => {
  const store = createDashboardStore({ screen: 'overview', params: {}, workspace: undefined });
  const { ui } = store.getState();
  const seqs = () => store.getState().ui.trail.map((step) => ('seq' in step ? step.seq : undefined));
  for (const seq of [1, 2, 2, 3]) ui.select({ kind: 'event', seq });
  expect(seqs()).toEqual([1, 2, 3]);
  ui.step(-1);
  ui.step(-1);
  ui.step(-1);
  expect(store.getState().ui.position).toBe(0);
  ui.select({ kind: 'event', seq: 9 });
  expect(seqs()).toEqual([1, 9]);
  ui.step(1);
  expect(store.getState().ui.position).toBe(1);
});

test('[UI27] twelve hues have one contrast in each theme', () => {
  for (const ground of [darkSurfaces.surface, lightSurfaces.surface]) {
    const palette = agentPalette(ground, 6.2);
    expect(new Set(palette).size).toBe(12);
    for (const color of palette) expect(contrast(color, ground)).toBeCloseTo(6.2, 0);
  }
});

test('[UI27] twelve agents have twelve hues, and a key keeps its own', () => {
  const made = (n: number, more = {}) => ({ id: `key_${n}`, createdAt: n, ...more });
  const room = Array.from({ length: 12 }, (_, n) => made(n));
  const before = agentHues(room);
  expect(new Set(before.values()).size).toBe(12);
  // One is revoked: those that came before it keep theirs, and the next one made takes its hue.
  const after = agentHues([...room.with(4, made(4, { revokedAt: 20 })), made(30)]);
  for (const { id } of room) expect(after.get(id)).toBe(before.get(id));
  expect(after.get('key_30')).toBe(before.get('key_4'));
});

test('[UI28] every text colour is readable on every surface it is set on', () => {
  for (const theme of [darkSurfaces, lightSurfaces]) {
    for (const ground of [theme.ground, theme.surface, theme.raised, theme.hover, theme.selected]) {
      for (const text of [
        theme.text,
        theme.dim,
        theme.faint,
        theme.accent,
        theme.proceed,
        theme.waiting,
        theme.refused,
      ]) {
        expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(theme.onAccent, theme.accent)).toBeGreaterThanOrEqual(4.5);
  }
});

test('[UI29] the palette prefers the start of a name, then of a word, then the middle, then letters in order', () => {
  const names = ['my-plan', 'explain', 'planner', 'p-l-a-n', 'other'];
  expect(bestOf(names, 'plan', (name) => name, 9)).toEqual(['planner', 'my-plan', 'explain', 'p-l-a-n']);
  expect(paletteScore('', 'x')).toBe(0);
});

test('[UI30] the connection says in words how it is and when it is tried again', () => {
  const lost = { status: 'reconnecting', since: 0, attempt: 3, retryAt: 4_000, reason: 'x' } as const;
  expect(connectionWords(lost, 1_000)).toEqual({ tone: 'waiting', text: 'Reconnecting, next try in 3 s' });
  expect(connectionWords({ ...lost, retryAt: undefined }, 1_000).text).toBe('Reconnecting, trying now');
  expect(connectionWords({ ...lost, retryAt: 62_000 }, 60_000)).toEqual({
    tone: 'refused',
    text: 'Connection lost 1 m ago, next try in 2 s',
  });
});

test('[UI31] sizes, spans and countdowns read at a glance', () => {
  expect([0, 532, 1_536, 1_048_576, 5 * 1024 ** 3].map(formatSize)).toEqual([
    '0 B',
    '532 B',
    '1.5 KiB',
    '1 MiB',
    '5 GiB',
  ]);
  expect([0, 0.4, 340, 4_200, 65_000, 900_000, 3_600_000, 7_800_000].map(formatDuration)).toEqual([
    '0 ms',
    '<1 ms',
    '340 ms',
    '4.2 s',
    '1 m 05 s',
    '15 m',
    '1 h',
    '2 h 10 m',
  ]);
  expect([0, 6_100, 245_000, 3_729_000].map(formatCountdown)).toEqual(['0:00', '0:07', '4:05', '1:02:09']);
  expect([0, 12_000, 180_000].map(formatAgo)).toEqual(['just now', '12 s ago', '3 m ago']);
});

test('[UI32] each snippet has the real address, and the key where one is given', () => {
  for (const client of ['claude', 'cursor', 'vscode', 'sdk', 'client', 'curl'] as const) {
    const open = snippetFor(client, 'http://127.0.0.1:9', '$SIGNALBOX_KEY').text;
    expect(open).toContain('http://127.0.0.1:9/');
    expect(open).not.toContain('sbx_');
    expect(snippetFor(client, 'http://127.0.0.1:9', 'sbx_1').text).toContain('Bearer sbx_1');
  }
});
