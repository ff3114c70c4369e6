import { expect, test } from 'vitest';
import { laneHealth } from '../../src/dashboard/features/overview/lane-health.ts';
import { agentPresence } from '../../src/dashboard/features/palette/agent-presence.ts';
import { paletteAgents } from '../../src/dashboard/features/palette/palette-agents.ts';
import { agentHealth } from '../../src/dashboard/health.ts';
import {
  boardLanes,
  chosenLane,
  filterLanes,
  presenceAround,
  type BoardScope,
} from '../../src/dashboard/features/overview/lanes.ts';
import { isUnseen, presenceIn, presenceWords } from '../../src/dashboard/presence.ts';
import { keysInScope } from '../../src/dashboard/scope.ts';
import { type SessionPulse } from '../../src/protocol/ticks.ts';
import { type KeyState, type LockState, type SessionState, type WorkspaceState } from '../../src/protocol/state.ts';

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

/** The board of one workspace. */
function scopeOf({ id, roles }: Pick<WorkspaceState, 'id' | 'roles'>): BoardScope {
  return { id, hasKey: (keyId) => roles[keyId] !== undefined };
}

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
  const lanes = boardLanes({ sessions, locks: new Map([['', lock]]), jobs: new Map() }, scopeOf(workspace), [], 5);
  expect(lanes.map(({ keyId, sessions: own }) => [keyId, own.length])).toEqual([
    ['key_a', 2],
    ['key_b', 1],
  ]);
  expect(lanes[0]?.held).toEqual([lock]);
  expect(lanes[1]?.waits[0]?.lock).toBe(lock);
  expect(presenceAround(sessions, scopeOf(workspace).hasKey)).toEqual({
    here: { live: 2, unseen: 0, lost: 0 },
    elsewhere: 1,
  });
});

test('[AG15] agents of one key have a lane each, with what each holds and waits for', () => {
  const all = ['codex', 'codex 2', 'codex 3', 'codex'].map((agent, n) => session(`s${n}`, 'key_a', n, { agent }));
  const sessions = new Map(all.map((s) => [s.id, s]));
  const waiter = { waiterId: 'wtr_1', keyId: 'key_a', agent: 'codex 3', ttlMs: 1, since: 0, waitUntil: 1 };
  const held = { ...lock, agent: 'codex 2', waiters: [waiter] };
  const old = { ...lock, path: 'old.md', waiters: [] }; // from before the key had agents
  const locks = new Map([held, old].map((one) => [one.path, one]));
  const lanes = boardLanes({ sessions, locks, jobs: new Map() }, scopeOf(workspace), [], 5);
  expect(lanes.map(({ id, sessions: own }) => [id, own.length])).toEqual([
    ['key_a/codex', 2],
    ['key_a/codex 2', 1],
    ['key_a/codex 3', 1],
  ]);
  expect(lanes.map((lane) => lane.held.map(({ path }) => path))).toEqual([['old.md'], [held.path], []]);
  expect(lanes[2]?.waits).toEqual([{ lock: held, waiter }]);
  expect(presenceIn(sessions.values())).toEqual({ live: 3, unseen: 0, lost: 0 });
});

test('[UI100] of several agents of the key that the inspector shows, the lane that was chosen is the selected one', () => {
  const lanes = [
    { id: 'key_a/codex', keyId: 'key_a' },
    { id: 'key_a/codex 2', keyId: 'key_a' },
    { id: 'key_b', keyId: 'key_b' },
  ];
  expect(chosenLane(lanes, 'key_a', 'key_a/codex 2')).toBe('key_a/codex 2');
  expect(chosenLane(lanes, 'key_b', 'key_a/codex 2')).toBe('key_b'); // of another key: as from the palette
  expect(chosenLane(lanes, 'key_a', undefined)).toBe('key_a/codex');
  expect(chosenLane(lanes, undefined, 'key_a/codex 2')).toBeUndefined();
});

test('[UI17] a lane that did not change stays the same object', () => {
  const sessions = new Map([session('s1', 'key_a', 1), session('s2', 'key_b', 2)].map((s) => [s.id, s]));
  const input = { sessions, locks: new Map([['', lock]]), jobs: new Map() };
  const before = boardLanes(input, scopeOf(workspace), [], 5);
  const other = new Map(sessions).set('s2', session('s2', 'key_b', 2, { status: 'dropped' }));
  const after = boardLanes({ ...input, sessions: other }, scopeOf(workspace), before, 5);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

const dropped = (id: string, keyId: string, since: number): SessionState =>
  session(id, keyId, 0, { status: 'dropped', since, dropReason: 'The agent closed the connection.' });

test('[UX80] an agent whose key has no role anywhere is on every board, and of no other workspace', () => {
  const sessions = new Map([session('s1', 'key_a', 1), session('s2', 'key_new', 2)].map((one) => [one.id, one]));
  const others = { key_x: 'owner' } as const;
  const hasKey = keysInScope([workspace.roles, others], workspace.roles);
  const lanes = boardLanes({ sessions, locks: new Map(), jobs: new Map() }, { id: 'wsp_1', hasKey }, [], 5);
  expect(lanes.map(({ keyId }) => keyId)).toEqual(['key_a', 'key_new']);
  expect(presenceAround(sessions, hasKey)).toEqual({ here: { live: 2, unseen: 0, lost: 0 }, elsewhere: 0 });
});

test('[UI49] [UI113] agents whose connection is lost sink below the others, and leave after five minutes', () => {
  const here = { ...workspace, roles: { key_a: 'owner', key_b: 'editor', key_c: 'editor', key_d: 'editor' } } as const;
  const all = [dropped('s1', 'key_c', 1_000), dropped('s2', 'key_d', 9_000), session('s3', 'key_b', 2)];
  const input = { sessions: new Map(all.map((s) => [s.id, s])), locks: new Map(), jobs: new Map() };
  const keysAt = (now: number) => boardLanes(input, scopeOf(here), [], now).map(({ keyId, lostAt }) => [keyId, lostAt]);
  const [b, c, d] = [
    ['key_b', undefined],
    ['key_c', 1_000],
    ['key_d', 9_000],
  ];
  expect(keysAt(10_000)).toEqual([b, d, c]);
  expect(keysAt(302_000)).toEqual([b, d]);
  expect(keysAt(310_000)).toEqual([b]);
  // What it holds keeps others away: it stays as long.
  const holding = boardLanes(
    { ...input, locks: new Map([['', { ...lock, keyId: 'key_c' }]]) },
    scopeOf(here),
    [],
    999_999,
  );
  expect(holding.map(({ keyId }) => keyId)).toEqual(['key_b', 'key_c']);
});

test('[UI49] [UI113] an agent that came back has its live session first, and is not lost', () => {
  const all = [dropped('s1', 'key_a', 50), session('s2', 'key_a', 60), dropped('s3', 'key_b', 70)];
  const sessions = new Map(all.map((s) => [s.id, s]));
  const [lane] = boardLanes({ sessions, locks: new Map(), jobs: new Map() }, scopeOf(workspace), [], 100);
  expect([lane?.lostAt, lane?.sessions.map(({ id }) => id)]).toEqual([undefined, ['s2', 's1']]);
  expect(presenceIn(sessions.values())).toEqual({ live: 1, unseen: 0, lost: 1 });
  expect(presenceWords({ live: 50, unseen: 0, lost: 450 }, String)).toBe('50 agents, 450 lost');
  expect(presenceWords({ live: 1, unseen: 0, lost: 0 }, String)).toBe('1 agent');
});

test('[UI49] an agent with nothing open that is not heard is not counted among the others, unless another session is', () => {
  const silent = { isOpen: false, lastFrameAt: 10_000 };
  const all = [
    session('s1', 'key_a', 0),
    session('s2', 'key_b', 0),
    session('s3', 'key_b', 0),
    dropped('s4', 'key_c', 0),
  ];
  const at = (now: number) => presenceIn(all, (one) => isUnseen(one, one.id === 's3' ? undefined : silent, now));
  expect(at(40_000)).toEqual({ live: 2, unseen: 0, lost: 1 });
  expect(at(40_001)).toEqual({ live: 1, unseen: 1, lost: 1 });
  expect(isUnseen(session('s', 'k', 0, { status: 'opening' }), silent, 40_001)).toBe(false);
  expect(isUnseen(session('s', 'k', 0), { ...silent, isOpen: true }, 40_001)).toBe(false);
  expect(presenceWords(at(40_001), String)).toBe('1 agent, 1 with nothing open, 1 lost');
});

test('[UI50] lanes are found by agent, client, wire and path', () => {
  const client = { name: 'claude-code', version: '2', protocolVersion: '', capabilities: [] };
  const all = [session('s1', 'key_a', 1, { client }), session('s2', 'key_b', 2, { wire: 'modern' })];
  const input = { sessions: new Map(all.map((s) => [s.id, s])), locks: new Map([['', lock]]), jobs: new Map() };
  const lanes = boardLanes(input, scopeOf(workspace), [], 5);
  const found = (text: string) => filterLanes(lanes, new Map(), text).map(({ keyId }) => keyId);
  expect(found('')).toEqual(['key_a', 'key_b']);
  expect(found('KEY_B')).toEqual(['key_b']);
  expect(found('claude plan')).toEqual(['key_a']);
  expect(found('stateless')).toEqual(['key_b']);
  expect(found('plan.md')).toEqual(['key_a', 'key_b']); // one holds it, the other waits for it
});

const pulse =
  (queuedBytes: number, lastFrameAt: number, isOpen = true) =>
  (): SessionPulse => ({
    type: 'session.pulse',
    sessionId: '',
    isOpen,
    traffic: { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 },
    queuedBytes,
    calling: [],
    lastFrameAt,
    at: 0,
  });

test('[UI49] the palette says of an agent with nothing open what its lane says, and lists it after those that are there', () => {
  const at = (now: number) => agentPresence([session('s', 'k', 0)], pulse(0, 0, false), now);
  expect(at(20_000)).toEqual({ rank: 0, words: 'connected' });
  const quiet = agentPresence([session('s', 'k', 0)], pulse(0, 0), 6 * 60_000);
  expect(quiet).toEqual({ rank: 0, words: 'quiet for 6 m' });
  expect(at(75_000)).toEqual({ rank: 1, words: 'nothing open, last heard 1 m 10 s ago' });
  expect(agentPresence([dropped('s', 'k', 0)], pulse(0, 0), 0)).toEqual({ rank: 2, words: 'connection lost' });
  expect(agentPresence(undefined, pulse(0, 0), 0)).toEqual({ rank: 3, words: 'not connected' });
});

test('[UI101] the palette lists agents by name with their key, those that are there first, and finds them by either', () => {
  const key = (id: string, more: Partial<KeyState> = {}): KeyState => ({
    id,
    name: id.slice(4),
    secretSha256: '',
    createdAt: 0,
    ...more,
  });
  const keys = [
    key('key_idle'),
    key('key_gone', { revokedAt: 1, agents: [{ name: 'codex' }] }),
    key('key_solo', { agents: [{ name: 'codex' }] }),
    key('key_team', {
      agents: [
        { name: 'claude-code', label: 'Ann' },
        { name: 'claude-code 2', place: 1 },
      ],
    }),
  ];
  const sessions = [
    session('s', 'key_team', 0, { agent: 'claude-code 2' }),
    { ...dropped('t', 'key_solo', 0), agent: 'codex' },
  ];
  const listed = paletteAgents(keys, { sessions, pulseOf: pulse(0, 0), now: 0 });
  expect(listed.map(({ id, title, detail }) => [id, title, detail])).toEqual([
    ['key_team/claude-code 2', 'claude-code 2', 'team, connected'],
    ['key_solo/codex', 'solo', 'connection lost'],
    ['key_idle', 'idle', 'not connected'],
    ['key_team/claude-code', 'Ann', 'team, not connected'],
  ]);
  expect(listed.map(({ searched }) => searched)).toEqual([
    'claude-code 2 team',
    'solo codex',
    'idle',
    'Ann team claude-code',
  ]);
});

test('[UI18] health is that of the best session: lost, shaking hands, slow, quiet, connected', () => {
  const none = () => undefined;
  const lost = dropped('s', 'k', 0);
  expect(agentHealth([lost], none, 0)).toEqual({ words: 'Lost', brief: 'lost' });
  expect(agentHealth([lost, session('t', 'k', 0)], none, 0).words).toBe('Connected');
  expect(agentHealth([session('s', 'k', 0, { status: 'opening' })], none, 0).words).toBe('Shaking hands');
  expect(agentHealth([session('s', 'k', 0)], pulse(100_000, 0), 0).brief).toBe('slow');
  expect(agentHealth([session('s', 'k', 0)], pulse(0, 0), 400_000).words).toBe('Quiet for 6 m');
  // One that only posts and was killed looks like one that thinks: neither is called connected for long.
  const posts = (now: number) => agentHealth([session('s', 'k', 0)], pulse(0, 0, false), now);
  expect(posts(20_000).words).toBe('Connected');
  expect(posts(75_000)).toEqual({ words: 'Nothing open, last heard 1 m 10 s ago', brief: 'unseen' });
});

test('[UI18] an agent that waits for a lock for ten seconds is shown as waiting', () => {
  const lane = { sessions: [session('s', 'key_b', 0)], waits: lock.waiters.map((waiter) => ({ lock, waiter })) };
  const since = lock.waiters[0]?.since ?? 0;
  const briefAt = (now: number) => laneHealth(lane, () => undefined, now).brief;
  expect([since + 9_999, since + 10_000].map(briefAt)).toEqual(['ready', 'waits']);
});
