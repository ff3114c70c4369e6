import { expect, test } from 'vitest';
import {
  isOpen,
  matches,
  openFilter,
  toggleType,
  toQuery,
  type AuditFilter,
} from '../../src/dashboard/features/audit/audit-filter.ts';
import {
  firstPage,
  keptRows,
  newerQuery,
  olderQuery,
  withNewer,
  withOlderEvents,
  withPushed,
} from '../../src/dashboard/features/audit/audit-window.ts';
import { filterOf, paramsOf } from '../../src/dashboard/features/audit/filter-params.ts';
import { fromLocalInput, toLocalInput } from '../../src/dashboard/features/audit/time-range.ts';
import { partyOptions, withChosen } from '../../src/dashboard/features/audit/party-options.ts';
import { sameOptions } from '../../src/dashboard/features/audit/use-same-options.ts';
import { eventTypes, type EventOf, type HubEvent } from '../../src/protocol/events.ts';
import { namesType } from '../../src/protocol/noun.ts';
import { isAboutAnother } from '../../src/protocol/words/event-parts.ts';
import { agent, lockAcquired } from '../support/agent-events.ts';

/** Several events share a millisecond, as they do in life. */
function event(seq: number): HubEvent {
  return {
    seq,
    at: 1_000 + Math.floor(seq / 3),
    actor: seq % 2 === 0 ? { kind: 'hub' } : { kind: 'agent', key: 'key_a', session: 'ses_a' },
    type: 'job.started',
    workspace: seq % 5 === 0 ? 'w2' : 'w1',
    jobId: `job_${seq}`,
  };
}
const nobodys = (): undefined => undefined;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => event(from + i));
const seqs = (rows: readonly HubEvent[]) => rows.map(({ seq }) => seq);

test('[UX10] the filter of pushed events is the filter of the query', () => {
  const pushed = event(7);
  expect(matches(openFilter, pushed, nobodys)).toBe(true);
  expect(matches({ types: ['job'] }, pushed, nobodys)).toBe(true);
  expect(matches({ types: ['job.started', 'lock'] }, pushed, nobodys)).toBe(true);
  expect(matches({ types: ['jobs', 'job.queued'] }, pushed, nobodys)).toBe(false);
  expect(matches({ types: [], by: 'key_a', sessionId: 'ses_a', workspace: 'w1' }, pushed, nobodys)).toBe(true);
  expect(matches({ types: [], by: 'hub' }, pushed, nobodys)).toBe(false);
  expect(matches({ types: [], workspace: 'w2' }, pushed, nobodys)).toBe(false);
  expect(matches({ types: [], from: pushed.at }, pushed, nobodys)).toBe(true);
  expect(matches({ types: [], to: pushed.at }, pushed, nobodys)).toBe(false);
  expect(isOpen(openFilter)).toBe(true);
  expect(toQuery({ types: ['lock'], from: 5 })).toEqual({ types: ['lock'], from: 5 });
});

test('[UX72] a lock that a release granted was taken by who had waited, and involves who released', () => {
  const granted = { ...lockAcquired(9, 'key_b', 'frm_1'), actor: agent('key_a'), sessionId: 'ses_key_b' } as HubEvent;
  const shown = (filter: Omit<AuditFilter, 'types'>) => matches({ types: ['lock'], ...filter }, granted, nobodys);
  expect([shown({ by: 'key_b' }), shown({ by: 'key_a' })]).toEqual([true, false]);
  expect([shown({ involving: 'key_b' }), shown({ involving: 'key_a' }), shown({ involving: 'key_c' })]).toEqual([
    true,
    true,
    false,
  ]);
  expect([shown({ sessionId: 'ses_key_b' }), shown({ sessionId: 'ses_key_a' })]).toEqual([true, false]);
});

test('[AD8] a query for an agent of a key means that agent alone, one for its key all of them', () => {
  const one = { kind: 'agent', key: 'key_a', agent: 'codex' } as const;
  const granted: HubEvent = {
    ...(lockAcquired(9, 'key_a', 'frm_1') as EventOf<'lock.acquired'>),
    actor: { ...one, session: 'ses_1' },
    agent: 'codex 2',
  };
  const shown = (filter: Omit<AuditFilter, 'types'>) => matches({ types: [], ...filter }, granted, nobodys);
  expect([shown({ by: 'key_a' }), shown({ by: 'key_a/codex 2' }), shown({ by: 'key_a/codex' })]).toEqual([
    true,
    true,
    false,
  ]);
  const involving = ['key_a', 'key_a/codex', 'key_a/codex 2', 'key_a/codex 3', 'key_a/'];
  expect(involving.map((whom) => shown({ involving: whom }))).toEqual([true, true, true, false, false]);
  const ownerOf = () => 'key_a/codex 2';
  const dropped: HubEvent = {
    seq: 9,
    at: 1,
    actor: { kind: 'hub' },
    type: 'session.dropped',
    sessionId: 'ses_1',
    reason: 'gone',
  };
  expect(matches({ types: [], by: 'key_a/codex 2' }, dropped, ownerOf)).toBe(true);
  expect(matches({ types: [], by: 'key_a/codex' }, dropped, ownerOf)).toBe(false);
  expect(isAboutAnother(granted)).toBe(true);
});

test('[UX72] what the hub noticed of a session or job concerns whose it is', () => {
  const owners: Record<string, string> = { ses_1: 'key_a', job_7: 'key_a' };
  const ownerOf = (id: string): string | undefined => owners[id];
  const dropped: HubEvent = {
    seq: 9,
    at: 1,
    actor: { kind: 'hub' },
    type: 'session.dropped',
    sessionId: 'ses_1',
    reason: 'gone',
  };
  expect(matches({ types: [], by: 'key_a' }, dropped, ownerOf)).toBe(true);
  expect(matches({ types: [], by: 'hub' }, dropped, ownerOf)).toBe(false);
  expect(matches({ types: [], involving: 'hub' }, dropped, ownerOf)).toBe(true);
  const job: HubEvent = { ...event(7), actor: { kind: 'hub' } };
  expect(matches({ types: [], by: 'key_a' }, job, ownerOf)).toBe(false);
  expect(matches({ types: [], involving: 'key_a' }, job, ownerOf)).toBe(true);
});

test('[UX11] ticking a noun stands for all its types, in both directions', () => {
  expect(toggleType(['lock.queued', 'job'], 'lock', eventTypes)).toEqual(['job', 'lock']);
  const without = toggleType(['lock'], 'lock.queued', eventTypes);
  expect(without).not.toContain('lock.queued');
  expect(namesType(without, 'lock.acquired')).toBe(true);
  expect(toggleType(without, 'lock.queued', eventTypes)).toEqual(['lock']);
  expect(toggleType(['lock'], 'lock', eventTypes)).toEqual([]);
  expect(namesType(['lock'], 'lock.acquired')).toBe(true);
});

test('[UX12] paging both ways leaves no gap and doubles nothing, also within one millisecond', () => {
  const log = range(1, 900);
  const answer = (query: { from?: number; to?: number; order?: 'asc' | 'desc'; limit?: number }) => {
    const all = log.filter(({ at }) => at >= (query.from ?? 0) && at < (query.to ?? Infinity));
    const ordered = query.order === 'asc' ? all : all.toReversed();
    return { items: ordered.slice(0, query.limit), more: ordered.length > (query.limit ?? 0) };
  };
  let window = firstPage(log.slice(400, 500).reverse(), true);
  while (window.older) {
    const page = answer(olderQuery(openFilter, window));
    window = withOlderEvents(window, page.items, page.more);
  }
  window = { ...window, newer: true };
  while (window.newer) {
    const page = answer(newerQuery(openFilter, window));
    window = withNewer(window, page.items, page.more);
  }
  expect(seqs(window.rows)).toEqual(Array.from({ length: 900 }, (_, i) => 900 - i));
});

test('[UX12] a window that grows too long drops its far end and knows that it did', () => {
  const start = firstPage(range(keptRows + 1, keptRows + 100).reverse(), true);
  const down = withOlderEvents(start, range(1, keptRows).reverse(), false);
  expect([down.rows.length, down.newer, down.rows.at(-1)?.seq]).toEqual([keptRows, true, 1]);
  const up = withNewer({ ...down, older: false }, range(keptRows + 1, keptRows + 60), false);
  expect([up.rows.length, up.older, up.newer, up.rows[0]?.seq]).toEqual([keptRows, true, false, keptRows + 60]);
});

test('[UX13] pushed events become rows while the tail is followed, and are counted while it is not', () => {
  const start = firstPage(range(1, 3).reverse(), false);
  expect(seqs(withPushed(start, range(3, 5), openFilter, true, nobodys).rows)).toEqual([5, 4, 3, 2, 1]);
  const paused = withPushed(
    withPushed(start, range(4, 5), openFilter, false, nobodys),
    [event(6)],
    openFilter,
    false,
    nobodys,
  );
  expect([paused.unseen, paused.newer, seqs(paused.rows)]).toEqual([3, true, [3, 2, 1]]);
  expect(withPushed(start, range(4, 5), { types: ['lock'] }, false, nobodys)).toBe(start);
  const back = withNewer(paused, range(3, 6), false);
  expect([back.unseen, back.newer, seqs(back.rows)]).toEqual([0, false, [6, 5, 4, 3, 2, 1]]);
});

test('[UX14] a time of the filter survives its input field', () => {
  const at = new Date(2026, 10, 2, 3, 4).getTime();
  expect(toLocalInput(at)).toBe('2026-11-02T03:04');
  expect(fromLocalInput(toLocalInput(at))).toBe(at);
  expect(fromLocalInput('')).toBeUndefined();
  expect(fromLocalInput('yesterday')).toBeUndefined();
});

test('[UX14] a filter survives the address bar', () => {
  const filter = {
    types: ['lock', 'job.failed'],
    by: 'key_a',
    sessionId: 'ses_1',
    workspace: 'wsp_1',
    orNone: true as const,
    from: 5,
    to: 9,
  };
  for (const scope of [undefined, 'wsp_1', 'wsp_2']) {
    expect(filterOf(paramsOf(filter, scope), scope)).toEqual(filter);
    expect(filterOf(paramsOf(openFilter, scope), scope)).toEqual(openFilter);
  }
  expect(filterOf({ from: 'soon', types: '' }, undefined)).toEqual(openFilter);
});

test('[UX80] the audit covers what the other screens do, until another scope is chosen', () => {
  expect(filterOf({}, 'wsp_1')).toEqual({ types: [], workspace: 'wsp_1', orNone: true });
  expect(filterOf({ workspace: 'wsp_2' }, 'wsp_1')).toMatchObject({ workspace: 'wsp_2' });
  expect(filterOf({ workspace: 'all' }, 'wsp_1')).toEqual({ types: [] });
  expect(paramsOf({ types: [], workspace: 'wsp_1', orNone: true }, 'wsp_1')).toEqual({});
  expect(paramsOf({ types: [] }, 'wsp_1')).toEqual({ workspace: 'all' });
});

test('[UX95] a filter by somebody whom the menu does not offer is not shown as none', () => {
  const keys = new Map([['key_a', { id: 'key_a', name: 'planner', secretSha256: '', createdAt: 0 }]]);
  const offered = partyOptions(keys);
  expect(withChosen(offered, undefined, '')).toBe(offered);
  expect(withChosen(offered, 'key_a', 'planner')).toBe(offered);
  expect(withChosen(offered, 'human', 'human')).toBe(offered);
  expect(withChosen(offered, 'key_old', 'retired').at(-1)).toEqual({ value: 'key_old', label: 'retired' });
});

test('[UX90] options of a menu are the same object until one of them says something else', () => {
  const of = (label: string) => [
    { value: 'human', label: 'You' },
    { group: 'Agents', items: [{ value: 'k', label }] },
  ];
  const before = of('planner');
  expect(sameOptions(before, of('planner'))).toBe(before);
  const renamed = of('reviewer');
  expect(sameOptions(before, renamed)).toBe(renamed);
});
