import { expect, test } from 'vitest';
import { MOST_REMEMBERED, OVER_MS, remember, type AlertMemory } from '../../src/dashboard/alerts/alert-memory.ts';
import type { AlertChoices } from '../../src/dashboard/alerts/alert-rules.ts';
import { findAlerts, type AlertSource } from '../../src/dashboard/alerts/find-alerts.ts';
import { createPreferences } from '../../src/dashboard/preferences.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import type { RefusedConnection } from '../../src/protocol/refused-connection.ts';
import type { LockState, SessionState } from '../../src/protocol/state.ts';
import type { SessionPulse } from '../../src/protocol/ticks.ts';

const NOW = 1_800_000_000_000;
const session: SessionState = {
  id: 'ses_1',
  wire: 'sse',
  keyId: 'key_1',
  agent: 'codex',
  remote: '127.0.0.1:1',
  openedAt: NOW - 500_000,
  status: 'ready',
  since: NOW - 500_000,
  subscriptions: [],
};
const traffic = { framesIn: 1, framesOut: 1, bytesIn: 1, bytesOut: 1 };
const pulse = (more: Partial<SessionPulse>): SessionPulse => ({
  type: 'session.pulse',
  sessionId: 'ses_1',
  traffic,
  isOpen: true,
  queuedBytes: 0,
  calling: [],
  lastFrameAt: NOW - 1_000,
  at: NOW,
  ...more,
});
const waiter = { waiterId: 'wai_1', keyId: 'key_2', ttlMs: 1_000, since: NOW - 61_000, waitUntil: NOW + 9_000 };
const lock: LockState = {
  lockId: 'lck_1',
  workspace: 'wsp_1',
  path: 'plan.md',
  keyId: 'key_1',
  agent: 'codex',
  fence: 1,
  acquiredAt: NOW - 100_000,
  ttlMs: 600_000,
  expiresAt: NOW + 9_000,
  waiters: [waiter],
};
const refused: RefusedConnection = {
  id: 4,
  status: 401,
  code: 'unauthorized',
  message: 'no',
  request: 'POST /mcp',
  key: { kind: 'none' },
  address: '127.0.0.1',
  client: 'codex/1.0 (linux)',
  count: 1,
  firstAt: NOW - 9_000,
  lastAt: NOW - 9_000,
  frameIds: [],
};

const nothing: AlertSource = {
  sessions: new Map([['ses_1', session]]),
  pulses: new Map(),
  locks: new Map(),
  refused: [],
  keys: new Map(),
};
const sayings = (more: Partial<AlertSource>, memory: AlertMemory = new Map(), choices: AlertChoices = {}, now = NOW) =>
  findAlerts({ ...nothing, ...more }, memory, choices, now).map(({ rule, agent = '', words }) => [rule, agent, words]);
const withPulse = (more: Partial<SessionPulse>): Partial<AlertSource> => ({
  pulses: new Map([['ses_1', pulse(more)]]),
});

let seq = 0;
const actor = { kind: 'agent', key: 'key_1', agent: 'codex', session: 'ses_1' } as const;
const called = (
  outcome: Extract<HubEvent, { type: 'tool.called' }>['outcome'],
  argsDigest = 'a',
  at = NOW,
): HubEvent => ({
  ...{ seq: ++seq, at, actor, type: 'tool.called', tool: 'file_write', sessionId: 'ses_1', argsDigest, outcome, ms: 3 },
});
const dropped = (): HubEvent => ({
  ...{
    seq: ++seq,
    at: NOW,
    actor: { kind: 'hub' },
    type: 'session.dropped',
    sessionId: 'ses_1',
    reason: 'its stream ended',
  },
});
const remembered = (events: readonly HubEvent[], before: AlertMemory = new Map()): AlertMemory =>
  remember(before, events, (id) => (id === 'ses_1' ? 'key_1/codex' : undefined));

test('[UI120] a call without an answer is an alert once it is as old as the rule says, unless it waits on purpose', () => {
  const since = NOW - 60_000;
  expect(sayings(withPulse({ calling: [{ tool: 'file_convert', since: since + 1 }] }))).toEqual([]);
  expect(
    sayings(
      withPulse({
        calling: [
          { tool: 'event_wait', since },
          { tool: 'lock_acquire', since },
        ],
      }),
    ),
  ).toEqual([]);
  const calling = [{ tool: 'file_convert', since, cause: 'frm_a_7' }];
  expect(sayings(withPulse({ calling }))).toEqual([
    ['pending', 'key_1/codex', 'has had no answer to file_convert for 1 m'],
  ]);
  const [alert] = findAlerts({ ...nothing, ...withPulse({ calling }) }, new Map(), {}, NOW);
  expect(alert).toMatchObject({ opens: { kind: 'wire', id: 'frm_a_7' }, screen: 'wire' });
});

test('[UI120] locks: who waits long, and a lock that is about to be lost while others wait', () => {
  const locks = new Map([['x', lock]]);
  expect(sayings({ locks })).toEqual([
    ['waiting', 'key_2', 'has waited 1 m 01 s for the lock on plan.md'],
    ['expiring', 'key_1/codex', 'is about to lose the lock on plan.md, for which 1 agent waits'],
  ]);
  expect(sayings({ locks: new Map([['x', { ...lock, waiters: [] }]]) })).toEqual([]);
  expect(sayings({ locks }, new Map(), {}, NOW - 2_000)).toEqual([]);
});

test('[UI120] what piles up unread, and clients that are refused', () => {
  expect(sayings(withPulse({ queuedBytes: 64 * 1024 - 1 }))).toEqual([]);
  expect(sayings(withPulse({ queuedBytes: 64 * 1024 }))).toEqual([
    ['unread', 'key_1/codex', 'has 64 KiB unread: what is sent to it piles up'],
  ]);
  expect(sayings({ refused: [refused] })).toMatchObject([['refused', '', 'codex/1.0 sent no key']]);
  expect(sayings({ refused: [{ ...refused, lastAt: NOW - OVER_MS - 1 }] })).toEqual([]);
  expect(sayings({ refused: [{ ...refused, code: 'bad_request' }] })).toEqual([]);
});

test('[UI121] a failing call counts by its arguments, until it goes well or ten minutes have passed', () => {
  const twice = remembered([called('locked'), called('locked', 'b'), called('locked')]);
  expect(sayings({}, twice)).toEqual([]);
  const thrice = remembered([called('locked')], twice);
  expect(sayings({}, thrice)).toEqual([
    ['repeated', 'key_1/codex', expect.stringMatching(/^made the same call of file_write 3 times in vain: /u)],
  ]);
  expect(findAlerts(nothing, thrice, {}, NOW)[0]?.opens).toEqual({ kind: 'event', seq });
  expect(sayings({}, thrice, {}, NOW + OVER_MS + 1)).toEqual([]);
  expect(sayings({}, remembered([called('ok')], thrice))).toEqual([]);
  const later = remembered([called('locked', 'a', NOW + OVER_MS + 1)], thrice);
  expect(sayings({}, later, {}, NOW + OVER_MS + 1)).toEqual([]);
});

test('[UI121] calls that were given up, waits that would never have ended, and connections that are lost again and again', () => {
  const place = { workspace: 'wsp_1', path: 'plan.md', keyId: 'key_2' };
  const cycle: HubEvent = { seq: ++seq, at: NOW, actor, type: 'lock.refused', ...place, code: 'deadlock' };
  const memory = remembered([called('cancelled'), cycle, dropped(), dropped(), dropped()]);
  expect(sayings({}, memory)).toEqual([
    ['abandoned', 'key_1/codex', 'gave up file_write before its answer'],
    ['cycle', 'key_2', 'was refused to wait for plan.md: agents would have waited for each other'],
    ['flapping', 'key_1/codex', 'lost its connection 3 times in 0 ms'],
  ]);
});

test('[UI121] what is remembered is bounded: the oldest goes first', () => {
  const memory = remembered(Array.from({ length: MOST_REMEMBERED + 5 }, (_, n) => called('locked', `d${n}`)));
  expect(memory.size).toBe(MOST_REMEMBERED);
  expect([...memory.keys()][0]).toContain('d5');
});

test('[UI122] a rule can be switched off and its number set, and both are kept for the next visit', () => {
  const source = withPulse({ calling: [{ tool: 'file_convert', since: NOW - 61_000 }] });
  expect(sayings(source, new Map(), { pending: { isOn: false, number: 60 } })).toEqual([]);
  expect(sayings(source, new Map(), { pending: { isOn: true, number: 62 } })).toEqual([]);
  let stored = '';
  const memory = { get: () => stored, set: (value: string) => (stored = value) };
  createPreferences(memory).setState({ alerts: { pending: { isOn: true, number: 5 } } });
  expect(createPreferences(memory).getState().alerts).toEqual({ pending: { isOn: true, number: 5 } });
  stored = JSON.stringify({ alerts: { pending: { isOn: true, number: 0 } } });
  expect(createPreferences(memory).getState().alerts).toEqual({});
});
