import { expect, test } from 'vitest';
import {
  filterSessions,
  foldSessions,
  isFold,
  sortSessions,
  type SessionRow,
} from '../../src/dashboard/features/sessions/session-rows.ts';
import type { SessionState } from '../../src/protocol/state.ts';
import { endClause, endWords } from '../../src/protocol/words/end-words.ts';

function session(id: string, keyId: string, openedAt: number, status: SessionState['status'] = 'ready'): SessionState {
  return { id, wire: 'sse', keyId, remote: '', openedAt, status, since: openedAt, subscriptions: [] };
}

const all = [
  session('old', 'key_flaky', 1, 'dropped'),
  session('live', 'key_flaky', 9),
  session('new', 'key_flaky', 5, 'dropped'),
  session('calm', 'key_calm', 4),
  session('gone', 'key_gone', 2, 'dropped'),
];
const labels = (rows: readonly SessionRow[]) =>
  rows.map((row) => (isFold(row) ? `${row.agent}: ${row.liveCount} open, ${row.dropped.length} dropped` : row.id));

const statusOf = ({ status }: SessionState): string => status;

test('[UI49] [UI114] sessions that have a connection come before those that lost it, however they are sorted', () => {
  for (const key of ['uptime', 'agent', 'state', 'client', 'protocol', 'wire']) {
    for (const descending of [true, false]) {
      const ids = sortSessions(all, new Map(), { key, descending }, statusOf).map(({ id }) => id);
      expect(ids.slice(0, 2).toSorted()).toEqual(['calm', 'live']);
    }
  }
  const first = filterSessions(
    sortSessions(all, new Map(), { key: 'uptime', descending: true }, statusOf),
    new Map(),
    'flaky',
  )[0];
  expect(first?.id).toBe('live');
});

test('[UI49] [UI114] several dropped sessions of an agent are one line, until it is unfolded', () => {
  const sorted = sortSessions(all, new Map(), { key: 'uptime', descending: true }, statusOf);
  expect(labels(foldSessions(sorted, new Set()))).toEqual(['calm', 'live', 'key_flaky: 1 open, 2 dropped', 'gone']);
  expect(labels(foldSessions(sorted, new Set(['key_flaky'])))).toEqual([
    'calm',
    'live',
    'key_flaky: 1 open, 2 dropped',
    'old',
    'new',
    'gone',
  ]);
});

test('[UI100] dropped sessions fold by agent, not by key', () => {
  const of = (id: string, agent: string, openedAt: number): SessionState => ({
    ...session(id, 'key_team', openedAt, 'dropped'),
    agent,
  });
  const team = [of('a1', 'codex', 4), of('b1', 'codex 2', 3), of('a2', 'codex', 2), of('c1', 'codex 3', 1)];
  expect(labels(foldSessions(team, new Set()))).toEqual(['key_team/codex: 0 open, 2 dropped', 'b1', 'c1']);
});

test('[UI18] sessions sorted by their state are sorted by what the list says of them', () => {
  const calm = session('calm', 'key_a', 1);
  const slow = session('slow', 'key_b', 2);
  const unseen = session('unseen', 'key_c', 3);
  const said = new Map([calm, slow, unseen].map((one) => [one.id, one.id === 'calm' ? 'ready' : one.id]));
  const sorted = sortSessions([unseen, slow, calm], new Map(), { key: 'state', descending: false }, ({ id }) =>
    String(said.get(id)),
  );
  expect(sorted.map(({ id }) => id)).toEqual(['calm', 'slow', 'unseen']);
});

test('[HS3] in a held list a session that drops is not folded away, and a fold stays one', () => {
  const sorted = sortSessions(all, new Map(), { key: 'uptime', descending: true }, statusOf);
  expect(labels(foldSessions(sorted, new Set(), new Set()))).toEqual(sorted.map(({ id }) => id));
  const one = sorted.filter(({ id }) => id !== 'new');
  expect(labels(foldSessions(one, new Set(), new Set(['key_flaky'])))).toContain('key_flaky: 1 open, 1 dropped');
});

test('[UI49] [UI113] why a session ended is said in words, without codes and ids', () => {
  expect(endClause('The agent closed the connection.')).toBe('the agent closed the connection');
  expect(endWords('hub_restarted')).toBe('The hub was started again');
  expect(endWords('scope_violation')).toBe('It subscribed outside of its workspaces');
  expect(endWords('Its client came back as ses_4kq.')).toBe('Its client came back in a new session');
  expect(endClause('ECONNRESET')).toBe('ECONNRESET');
});
