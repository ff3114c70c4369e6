import { expect, test } from 'vitest';
import { foundClients } from '../../src/dashboard/connecting/found-clients.ts';
import { onlyAgent } from '../../src/dashboard/connecting/only-agent.ts';
import {
  needsPerson,
  recentRefused,
  refusedId,
  refusedWords,
  whatLetsIn,
  whatToSend,
} from '../../src/dashboard/connecting/refused-words.ts';
import { whatIsSafe } from '../../src/dashboard/connecting/what-is-safe.ts';
import { withRefused, type RefusedConnection, type SentKey } from '../../src/protocol/refused-connection.ts';
import type { ClientOffer } from '../../src/protocol/client-offers.ts';
import type { HubErrorCode } from '../../src/protocol/errors.ts';
import type { KeyState, SessionState } from '../../src/protocol/state.ts';
import { rig } from '../support/hub-client-rig.ts';

function refused(id: number, part: Partial<RefusedConnection> = {}): RefusedConnection {
  return {
    id,
    status: 401,
    code: 'unauthorized',
    message: 'as answered',
    request: 'POST /mcp',
    key: { kind: 'unknown', end: 'T5' },
    address: '127.0.0.1',
    client: 'claude-code/2.4.1 (cli)',
    count: 1,
    firstAt: id,
    lastAt: id,
    frameIds: [],
    ...part,
  };
}

test('[UI66] news of refused connections change the list: each once, the last tried first, no more than the hub keeps', () => {
  const list = withRefused([], { kind: 'all', connections: [refused(1), refused(2)] });
  expect(list.map(({ id }) => id)).toEqual([2, 1]);
  const later = withRefused(list, { kind: 'changed', connections: [refused(1, { count: 2, lastAt: 9 }), refused(3)] });
  expect(later.map(({ id, count }) => [id, count])).toEqual([
    [1, 2],
    [3, 1],
    [2, 1],
  ]);
  const many = Array.from({ length: 150 }, (_, at) => refused(at + 10));
  expect(withRefused(later, { kind: 'changed', connections: many })).toHaveLength(100);
  expect(withRefused(later, { kind: 'all', connections: [] })).toEqual([]);
});

test('[UI66] what the hub pushes of refused connections is shown at once; another hub begins anew', async () => {
  const { fake, store, client, settle } = rig();
  client.start();
  await settle();
  void fake.dashboard?.refused({ kind: 'all', connections: [refused(1)] });
  void fake.dashboard?.refused({ kind: 'changed', connections: [refused(2)] });
  await settle();
  expect(store.getState().server.refused.map(({ id }) => id)).toEqual([2, 1]);
  void fake.dashboard?.refused({ kind: 'all', connections: [] });
  await settle();
  expect(store.getState().server.refused).toEqual([]);
});

test('[UI67] a refused connection is shown in words: who, what was wrong, and what to do', () => {
  const words = (code: HubErrorCode, key: SentKey, part: Partial<RefusedConnection> = {}): string => {
    const { who, what, todo } = refusedWords(refused(1, { code, key, ...part }), () => 'coder');
    expect(todo).not.toBe('');
    return `${who} ${what}`;
  };
  expect(words('unauthorized', { kind: 'unknown', end: 'T5' })).toBe(
    'claude-code/2.4.1 sent a key that this hub does not know, ending in …T5',
  );
  expect(words('unauthorized', { kind: 'unknown' })).toMatch(/does not know$/u);
  expect(words('unauthorized', { kind: 'none' }, { client: 'Mozilla/5.0 (X11)' })).toBe('A browser sent no key');
  expect(words('unauthorized', { kind: 'unfilled' })).toContain('a placeholder instead of a key');
  expect(words('unauthorized', { kind: 'malformed' })).toContain('of another form');
  const known = { kind: 'known', keyId: 'key_1', end: 'x9' } as const;
  expect(words('key_revoked', known)).toContain('the key of coder, ending in …x9, which is revoked');
  expect(words('key_expired', known)).toContain('has expired');
  expect(words('key_suspended', known)).toContain('is suspended');
  expect(words('origin_refused', known)).toContain('is a page of another site');
  expect(words('not_found', known, { request: 'POST /' })).toContain('asked for POST /, where nothing is');
  expect(words('bad_request', known, { request: 'POST /sse', status: 405 })).toContain(
    'asked for POST /sse and got 405',
  );
});

test('[UI117] a refused client is let in by a key of ours that is suspended or expired, and by nothing that it says', () => {
  const known = { kind: 'known', keyId: 'key_1' } as const;
  const way = (code: HubErrorCode, key: RefusedConnection['key'], state: object = {}) =>
    whatLetsIn(refused(1, { code, key }), new Map([['key_1', state]]), 100);
  expect(way('key_suspended', known, { suspendedAt: 5 })).toEqual({ kind: 'resume', keyId: 'key_1' });
  expect(way('key_suspended', known)).toBeUndefined(); // somebody has resumed it
  expect(way('key_expired', known, { expiresAt: 100 })).toEqual({ kind: 'extend', keyId: 'key_1' });
  expect(way('key_expired', known, { expiresAt: 900 })).toEqual({ kind: 'give_key' }); // its old secret has ended
  expect(way('key_suspended', known, { suspendedAt: 5, revokedAt: 6 })).toBeUndefined();
  expect(way('key_revoked', known, { revokedAt: 6 })).toEqual({ kind: 'give_key' });
  expect(way('unauthorized', { kind: 'none' })).toEqual({ kind: 'give_key' });
  expect(way('unauthorized', { kind: 'unknown', end: 'T5' })).toEqual({ kind: 'give_key' });
  expect(way('host_refused', { kind: 'none' })).toBeUndefined();
});

test('[UI118] the clients of this computer stand first, and all are found by name', () => {
  const offer = (id: string, group: ClientOffer['group'], here?: Partial<ClientOffer['here']>) =>
    ({ id, label: id.toUpperCase(), group, ...(here && { here }) }) as ClientOffer;
  const clients = [
    offer('codex', 'terminal', { isFound: false, state: 'none' }),
    offer('cursor', 'editor', { isFound: true, state: 'none' }),
    offer('zed', 'editor', { isFound: false, state: 'set_up' }),
    offer('lm', 'app'),
  ];
  const found = (text: string) =>
    foundClients(clients, text).map(({ title, offers }) => `${title}: ${offers.map(({ id }) => id).join(' ')}`);
  expect(found('')).toEqual(['On this computer: cursor zed', 'In a terminal: codex', 'Apps: lm']);
  expect(found(' Co')).toEqual(['In a terminal: codex']);
  expect(found('none')).toEqual([]);
});

test('[UI67] where a header or an address would do, it is there to be copied', () => {
  const send = (code: HubErrorCode, key: SentKey = { kind: 'none' }): string | undefined =>
    whatToSend(refused(1, { code, key }), 'http://127.0.0.1:9');
  expect(send('unauthorized')).toBe('Authorization: Bearer sbx_…');
  expect(send('unauthorized', { kind: 'malformed' })).toContain('Bearer');
  expect(send('unauthorized', { kind: 'unknown', end: 'T5' })).toBeUndefined(); // its form was right
  expect(send('not_found')).toBe('http://127.0.0.1:9/mcp');
  expect(send('key_revoked')).toBeUndefined();
});

test('[UI67] [UI115] a client that goes on by itself after a refusal raises nothing', () => {
  const codes = ['unauthorized', 'key_revoked', 'origin_refused', 'not_found', 'bad_request'] as const;
  expect(codes.filter((code) => needsPerson(refused(1, { code })))).toEqual(codes.slice(0, 4));
});

test('[UI123] a client that has yet to log in raises no alarm, and is not given a key', () => {
  const one = refused(1, { code: 'unauthorized', request: 'POST /agent/mcp', key: { kind: 'none' } });
  expect(needsPerson(one)).toBe(false);
  expect(whatLetsIn(one, new Map(), 0)).toBeUndefined();
  expect(refusedWords(one, () => 'x')).toMatchObject({ what: 'has not logged in', needsKey: false });
  const old = { ...one, code: 'key_revoked', key: { kind: 'known', keyId: 'key_1' } } as const;
  expect(refusedWords(old, () => 'x').what).toBe('sent a login that is over');
  const suspended = refused(2, {
    code: 'key_suspended',
    request: 'POST /agent/mcp',
    key: { kind: 'known', keyId: 'k' },
  });
  expect(needsPerson(suspended)).toBe(true);
  expect(needsPerson({ ...one, request: 'POST /mcp' })).toBe(true);
});

test('[UI67] what was dismissed stays away, however often it is tried again, until the hub is started anew', () => {
  const now = 3_600_000;
  const list = [refused(1, { lastAt: now }), refused(2, { lastAt: now - 60_000 }), refused(3, { lastAt: 0 })];
  const idsOf = (seen: readonly string[], launchId = 'l1'): number[] =>
    recentRefused(list, { now, launchId, seen: new Set(seen), sessions: [] }).map(({ id }) => id);
  expect(idsOf([])).toEqual([1, 2]);
  expect(idsOf([refusedId('l1', refused(1))])).toEqual([2]);
  expect(idsOf([refusedId('l1', refused(1))], 'l2')).toEqual([1, 2]);
});

test('[UI67] [UI115] a client that got in since is not shown as refused any more; another one is', () => {
  const list = [
    refused(1, { lastAt: 1_000 }),
    refused(2, { lastAt: 3_000 }),
    refused(3, { client: 'node', lastAt: 1 }),
  ];
  const came = { userAgent: 'claude-code/2.4.1 (cli)', remote: '127.0.0.1:50122', openedAt: 2_000 };
  const idsAfter = (...sessions: readonly (typeof came)[]): number[] =>
    recentRefused(list, { now: 4_000, launchId: 'l1', seen: new Set(), sessions }).map(({ id }) => id);
  expect(idsAfter(came)).toEqual([2, 3]); // the second try failed later
  expect(idsAfter({ ...came, remote: '10.0.0.7:50122' })).toEqual([1, 2, 3]);
});

test('[UI68] what is said to be safe depends on who can reach the hub', () => {
  expect(whatIsSafe(true)).toMatch(/^Only programs on this computer can reach it\./u);
  expect(whatIsSafe(false)).not.toContain('Only programs');
  for (const onlyLocal of [true, false]) expect(whatIsSafe(onlyLocal)).toContain('nothing else on your disk');
});

test('[UI69] a person reads what to say to the first agent of their own, not to sample agents and not to many', () => {
  const session = (keyId: string, status: SessionState['status'] = 'ready'): [string, SessionState] => [
    keyId,
    { id: keyId, keyId, status } as SessionState,
  ];
  const keys = new Map([
    ['mine', {} as KeyState],
    ['other', {} as KeyState],
    ['sample', { sample: true } as KeyState],
  ]);
  const workspace = { roles: { mine: 'editor', other: 'editor', sample: 'editor' } } as const;
  const only = (...sessions: [string, SessionState][]): string | undefined =>
    onlyAgent(new Map(sessions), keys, workspace);
  expect(only(session('mine'), session('sample'))).toBe('mine');
  expect(only(session('sample'))).toBeUndefined();
  expect(only(session('mine'), session('other'))).toBeUndefined();
  expect(only(session('mine'), session('other', 'dropped'))).toBe('mine');
  expect(only(session('elsewhere'))).toBeUndefined();
});

test('[UI100] two agents of one key are not the only agent; one with two sessions is', () => {
  const keys = new Map([['mine', { sample: undefined } as unknown as KeyState]]);
  const of = (id: string, agent: string): [string, SessionState] => [
    id,
    { keyId: 'mine', agent, status: 'ready' } as SessionState,
  ];
  const only = (...sessions: [string, SessionState][]) =>
    onlyAgent(new Map(sessions), keys, { roles: { mine: 'editor' } });
  expect(only(of('1', 'codex'), of('2', 'codex'))).toBe('mine/codex');
  expect(only(of('1', 'codex'), of('2', 'codex 2'))).toBeUndefined();
});
