import { expect, test } from 'vitest';
import { memberCount, memberRows, openOffers } from '../../src/dashboard/features/settings/member-rows.ts';
import {
  endedBy,
  endedWords,
  keyRows,
  keyStatus,
  lastSeenAt,
  whyNoKeys,
} from '../../src/dashboard/features/keys/key-rows.ts';
import { givenTools, withTool } from '../../src/dashboard/features/keys/tool-choice.ts';
import { expiryOf } from '../../src/dashboard/features/keys/expiry-choice.ts';
import { parseSize, sizeText } from '../../src/dashboard/features/settings/parse-size.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { lockAcquired, toolCalled } from '../support/agent-events.ts';
import { emptyState, type KeyState, type LockState, type SessionState } from '../../src/protocol/state.ts';

function key(id: string, more: Partial<KeyState> = {}): KeyState {
  return { id, name: id, secretSha256: '', createdAt: 0, ...more };
}
function session(id: string, keyId: string): SessionState {
  return { id, wire: 'sse', keyId, remote: '127.0.0.1', openedAt: 0, status: 'ready', since: 0, subscriptions: [] };
}

test('[UX30] keys are listed active first, with their roles and open sessions', () => {
  const state = emptyState();
  for (const k of [
    key('old', { createdAt: 1 }),
    key('new', { createdAt: 2 }),
    key('gone', { revokedAt: 3 }),
    key('late', { expiresAt: 50 }),
  ])
    state.keys.set(k.id, k);
  state.workspaces.set('w', {
    id: 'w',
    name: 'Büro',
    createdAt: 0,
    intelligence: false,
    quotaBytes: 1,
    usedBytes: 0,
    fileCount: 0,
    roles: { old: 'viewer' },
  });
  state.sessions.set('s', session('s', 'old'));
  const rows = keyRows(state, { text: '', status: 'all' }, 100);
  expect(rows.map(({ key, status }) => `${key.id} ${status}`)).toEqual([
    'new active',
    'old active',
    'late expired',
    'gone revoked',
  ]);
  expect(rows[1]).toMatchObject({ roles: [{ role: 'viewer' }], sessions: [{ id: 's' }] });
  expect(keyRows(state, { text: 'bür', status: 'active' }, 100).map(({ key }) => key.id)).toEqual(['old']);
  expect(keyStatus(key('k', { expiresAt: 100 }), 99)).toBe('active');
});

test('[UX96] a key was seen last when its agent did something, not when the hub noticed that it is gone', () => {
  const base = { seq: 1, type: 'session.dropped', sessionId: 's', reason: 'The hub was started again.' } as const;
  const lost = { ...base, at: 900, actor: { kind: 'hub' } } as const;
  const did = { ...base, at: 300, actor: { kind: 'agent', key: 'k' } } as const;
  expect(lastSeenAt(undefined, [lost, did, undefined])).toBe(300);
  expect(lastSeenAt(key('k'), [lost])).toBeUndefined();
  // It left while its call waited: the end of that is not its doing.
  const waited = { ...toolCalled(2, 'k', 60_000, 'frm_1'), ms: 55_000 } as HubEvent;
  const ranOut = {
    ...lockAcquired(3, 'k', 'frm_1'),
    at: 60_000,
    type: 'lock.refused',
    code: 'lock_timeout',
  } as HubEvent;
  expect(lastSeenAt(undefined, [waited, ranOut])).toBe(5_000);
  // Its events were removed from the log.
  expect(lastSeenAt(key('k', { lastUse: { at: 200, from: '10.0.0.1:5' } }), [lost])).toBe(200);
  expect(lastSeenAt(key('k', { lastUse: { at: 200, from: '10.0.0.1:5' } }), [did])).toBe(300);
});

test('[UX80] Keys without a key says whether there is none, the filter passes none, or all are of other workspaces', () => {
  expect(whyNoKeys(0, { text: 'x', status: 'all' })).toBe('none');
  expect(whyNoKeys(3, { text: 'x', status: 'all' })).toBe('filtered');
  expect(whyNoKeys(3, { text: ' ', status: 'revoked' })).toBe('filtered');
  expect(whyNoKeys(3, { text: ' ', status: 'all' })).toBe('elsewhere');
});

test('[UX31] revoking says what it will end', () => {
  const held: LockState = {
    lockId: 'l',
    workspace: 'w',
    path: 'p',
    keyId: 'a',
    fence: 1,
    acquiredAt: 0,
    ttlMs: 1,
    expiresAt: 1,
    waiters: [{ waiterId: 'x', keyId: 'b', ttlMs: 1, since: 0, waitUntil: 1 }],
  };
  const sessions = [session('1', 'a'), session('2', 'a'), session('3', 'b')];
  expect(endedWords(endedBy('a', sessions, [held]))).toBe('Within a second 2 open sessions end, 1 lock is released.');
  expect(endedWords(endedBy('b', sessions, [held]))).toBe(
    'Within a second 1 open session ends, 1 wait for a lock is refused.',
  );
  const dropped = [{ ...sessions[0], keyId: 'd', status: 'dropped' } as SessionState];
  expect(endedWords(endedBy('d', dropped, []))).toBe('Within a second 1 dropped session is closed.');
  expect(endedWords(endedBy('c', sessions, [held]))).toMatch(/^Nobody is connected/u);
});

test('[UX32] an expiry is a span from now or the end of a chosen day', () => {
  const now = new Date(2026, 10, 22, 12).getTime();
  expect(expiryOf('never', '', now)).toEqual({});
  expect(expiryOf('7d', '', now)).toEqual({ expiresAt: now + 7 * 86_400_000 });
  expect(expiryOf('date', '2026-11-22', now)).toEqual({ expiresAt: new Date(2026, 10, 23).getTime() });
  expect(expiryOf('date', '2026-11-21', now)).toHaveProperty('problem');
  expect(expiryOf('date', 'soon', now)).toHaveProperty('problem');
});

test('[UX33] a quota is read as people write it, and written so that it reads back the same', () => {
  expect(['50 GiB', '50gb', '1,5 tb', '750MB', '1024', '2k', '9 B'].map(parseSize)).toEqual([
    53_687_091_200, 53_687_091_200, 1_649_267_441_664, 786_432_000, 1024, 2048, 9,
  ]);
  expect(['', '0', '-1 GB', '5 apples', '9999999 TB', '1.2.3'].map(parseSize)).toEqual(
    Array.from({ length: 6 }, () => undefined),
  );
  for (const bytes of [1, 1023, 1024, 53_687_091_200, 1_649_267_441_664]) {
    expect(parseSize(sizeText(bytes))).toBe(bytes);
  }
});

test('[MB6] members of a workspace come owners first, with what their keys are; who can be added is neither revoked nor expired', () => {
  const made = { secretSha256: 'x', createdAt: 0 };
  const keys = [
    { ...made, id: 'key_1', name: 'reader' },
    { ...made, id: 'key_2', name: 'zoe' },
    { ...made, id: 'key_3', name: 'late', expiresAt: 10 },
    { ...made, id: 'key_4', name: 'gone', revokedAt: 5 },
    { ...made, id: 'key_5', name: 'held', suspendedAt: 5 },
    { ...made, id: 'key_6', name: 'free' },
    { ...made, id: 'key_7', name: 'old', expiresAt: 10 },
  ];
  const roles = { key_1: 'viewer', key_2: 'owner', key_3: 'editor', key_4: 'owner', key_5: 'editor' } as const;
  expect(memberCount(roles, new Map(keys.map((each) => [each.id, each])))).toBe(4); // the revoked one is none
  const { members, others } = memberRows(keys, roles, 10);
  expect(members.map(({ key, role, status }) => [key.name, role, status])).toEqual([
    ['zoe', 'owner', 'usable'],
    ['held', 'editor', 'suspended'],
    ['late', 'editor', 'expired'],
    ['reader', 'viewer', 'usable'],
  ]);
  expect(others.map(({ name }) => name)).toEqual(['free']);
});

test('[TF7] the members of a workspace show its open offers, the oldest first, and which of them can be claimed', () => {
  const offer = { workspace: 'w', keyId: 'k', tokenSha256: 'x', keptRole: 'editor' as const, expiresAt: 100 };
  const offers = [
    { ...offer, id: 'second', createdAt: 2 },
    { ...offer, id: 'first', createdAt: 1 },
    { ...offer, id: 'late', createdAt: 0, expiresAt: 50 },
    { ...offer, id: 'over', createdAt: 0, over: { how: 'claimed' as const, at: 3 } },
    { ...offer, id: 'elsewhere', createdAt: 0, workspace: 'v' },
  ];
  const shown = (role: 'owner' | 'editor', changes: Partial<KeyState> = {}): unknown => {
    const owners = { keys: new Map([['k', key('k', changes)]]), roles: { k: role } };
    return openOffers(offers, 'w', owners, 50).map(({ offer, isGood }) => [offer.id, isGood]);
  };
  const [good, over] = [true, false].map((isGood) => ['first', 'second'].map((id) => [id, isGood]));
  expect(shown('owner')).toEqual(good);
  expect(shown('owner', { expiresAt: 51 })).toEqual(good);
  expect(shown('editor')).toEqual(over);
  expect(shown('owner', { expiresAt: 50 })).toEqual(over);
  expect(shown('owner', { suspendedAt: 5 })).toEqual(over);
  expect(shown('owner', { revokedAt: 5 })).toEqual(over);
});

test('[UX88] single tools are added to a set and taken from it; what the set says already is no exception', () => {
  const tool = (name: string, has: 'yes' | 'policy' | 'role') =>
    ({ name, title: name, effect: 'reads', role: 'viewer', has }) as const;
  const ofSet = [tool('file_read', 'yes'), tool('file_write', 'role'), tool('file_stat', 'policy')];
  const more = withTool({ set: 'default' }, ofSet, { name: 'file_stat', isGiven: true });
  expect(more).toEqual({ set: 'default', also: ['file_stat'] });
  const other = withTool(more, ofSet, { name: 'file_write', isGiven: false });
  expect(other).toEqual({ set: 'default', also: ['file_stat'], without: ['file_write'] });
  expect([...givenTools(other, ofSet)].toSorted()).toEqual(['file_read', 'file_stat']);
  const back = withTool(other, ofSet, { name: 'file_write', isGiven: true });
  expect(withTool(back, ofSet, { name: 'file_stat', isGiven: false })).toEqual({ set: 'default' });
});
