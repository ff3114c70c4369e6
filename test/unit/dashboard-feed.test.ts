import { expect, test } from 'vitest';
import { feedLines } from '../../src/dashboard/features/overview/feed-lines.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { lockAcquired, toolCalled } from '../support/agent-events.ts';

test('[UI19] the feed leaves out what another line already tells, and other workspaces', () => {
  const other: HubEvent = { ...lockAcquired(4, 'key_a', 'frm_9'), workspace: 'wsp_2' } as HubEvent;
  const events = [
    lockAcquired(1, 'key_a', 'frm_1'),
    toolCalled(2, 'key_a', 2, 'frm_1'),
    toolCalled(3, 'key_a', 90, 'frm_2'),
    other,
  ];
  expect(feedLines(events, 'wsp_1', true).map(({ event }) => event.seq)).toEqual([3, 1]);
  expect(feedLines(events, undefined, true).map(({ event }) => event.seq)).toEqual([4, 3, 1]);
  // A refusal that has a line of its own: the call says no more.
  const denied = { ...lockAcquired(5, 'key_a', 'frm_5'), type: 'access.denied', code: 'forbidden', what: 'file_write' };
  const call = { ...toolCalled(6, 'key_a', 6, 'frm_5'), outcome: 'forbidden' } as HubEvent;
  const another = { ...toolCalled(7, 'key_a', 7, 'frm_7'), outcome: 'locked' } as HubEvent;
  expect(feedLines([denied as HubEvent, call, another], undefined, false).map(({ event }) => event.seq)).toEqual([
    7, 5,
  ]);
});

test('[UI103] calls that changed nothing are in the feed only where they are asked for; refused ones always', () => {
  const refused = { ...toolCalled(4, 'key_a', 1, 'frm_4'), outcome: 'forbidden' } as HubEvent;
  const events = [lockAcquired(1, 'key_a', 'frm_1'), toolCalled(3, 'key_b', 1, 'frm_3'), refused];
  expect(feedLines(events, undefined, false).map(({ event }) => event.seq)).toEqual([4, 1]);
  expect(feedLines(events, undefined, true).map(({ event }) => event.seq)).toEqual([4, 3, 1]);
});

test('[UI99] what an agent is refused again and again is one line, with how often', () => {
  const locked = (seq: number, key: string, at: number, path = 'plan.md') =>
    ({ ...toolCalled(seq, key, at, `frm_${seq}`), outcome: 'locked', args: { path } }) as HubEvent;
  const events = [locked(1, 'key_a', 1), locked(2, 'key_b', 2), locked(3, 'key_a', 3), locked(4, 'key_a', 4, 'x.md')];
  const linesOf = (all: readonly HubEvent[]) =>
    feedLines(all, undefined, false).map(({ event, times }) => [event.seq, times]);
  expect(linesOf(events)).toEqual([
    [4, 1],
    [2, 1],
    [1, 2],
  ]);
  expect(linesOf([...events, locked(5, 'key_a', 60_000)])).toEqual([
    [5, 1],
    [4, 1],
    [2, 1],
    [1, 2],
  ]);
});

test('[UI99] a client that comes and goes is a line for each of the two, with how often', () => {
  const session = (seq: number, type: 'session.initialized' | 'session.dropped', sessionId: string) => {
    const actor = type === 'session.dropped' ? { kind: 'hub' } : { kind: 'agent', key: 'key_a' };
    return { seq, at: seq, actor, type, sessionId, reason: 'gone' } as unknown as HubEvent;
  };
  const events = [1, 2, 3].flatMap((n) => [
    session(n * 2, 'session.initialized', `ses_${n}`),
    session(n * 2 + 1, 'session.dropped', `ses_${n}`),
  ]);
  const timesOf = (ownerOf?: (sessionId: string) => string | undefined) =>
    feedLines(events, undefined, false, ownerOf).map(({ event, times }) => [event.type, times]);
  expect(timesOf(() => 'key_a')).toEqual([
    ['session.dropped', 3],
    ['session.initialized', 3],
  ]);
  const other = (sessionId: string) => (sessionId === 'ses_3' ? 'key_b' : 'key_a');
  expect(timesOf(other)).toContainEqual(['session.dropped', 1]);
  expect(timesOf()).toHaveLength(4); // whose they are is not known
});

test('[UI99] calls that an agent makes in a row are one line of the feed, which grows in its place', () => {
  const events = [
    toolCalled(1, 'key_a', 1, 'frm_1'),
    toolCalled(2, 'key_b', 1, 'frm_2'),
    toolCalled(3, 'key_a', 1, 'frm_3'),
  ];
  const lines = feedLines(events, undefined, true);
  expect(lines.map(({ event, calls }) => [event.seq, calls && [...calls]])).toEqual([
    [2, undefined],
    [1, [['lock_acquire', 2]]],
  ]);
  expect(feedLines(events, undefined, true)[1]).toBe(lines[1]); // its row is not rendered again
  // Of one workspace other calls of the same agent may be in it.
  const elsewhere: HubEvent = {
    ...toolCalled(2, 'key_a', 1, 'frm_2'),
    workspace: 'wsp_2',
    tool: 'file_read',
  } as HubEvent;
  const both = [...events.slice(0, 1), elsewhere, ...events.slice(2)];
  const toolsIn = (scope?: string) => [...(feedLines(both, scope, true)[0]?.calls ?? [])];
  expect(toolsIn()).toEqual([
    ['lock_acquire', 2],
    ['file_read', 1],
  ]);
  expect(toolsIn('wsp_1')).toEqual([['lock_acquire', 2]]);
  // What the agent does besides, or a long pause, begins another line.
  const later = { ...toolCalled(6, 'key_a', 1, 'frm_6'), at: 60_000 };
  const more = [...events, lockAcquired(4, 'key_a', 'frm_4'), toolCalled(5, 'key_a', 6_000, 'frm_5'), later];
  expect(feedLines(more, undefined, true).map(({ event }) => event.seq)).toEqual([6, 5, 4, 2, 1]);
});
