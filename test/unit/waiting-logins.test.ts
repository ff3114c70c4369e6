import { expect, test } from 'vitest';
import { proposedKeyName, shownClientName } from '../../src/protocol/names/client-name.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { isLoginPath, loginAddresses } from '../../src/server/http/login-paths.ts';
import { AddressRate } from '../../src/server/logins/address-rate.ts';
import type { LoginAsked } from '../../src/server/logins/login-asked.ts';
import { LoginBoard } from '../../src/server/logins/login-board.ts';
import { isRegistered } from '../../src/server/logins/redirect-uri.ts';
import { WaitingLogins } from '../../src/server/logins/waiting-logins.ts';
import { FakeClock } from '../support/fake-clock.ts';

function asked(n: number, address = `10.0.0.${n}`): LoginAsked {
  return {
    client: { id: `client ${n}`, name: `Client ${n}`, redirectUris: [], issuedAt: 0 },
    redirectUri: 'http://127.0.0.1/',
    returnKind: 'loopback',
    challenge: '',
    state: undefined,
    issuer: '',
    resource: '',
    address,
  };
}

function waitingLogins(): { readonly logins: WaitingLogins; readonly board: LoginBoard; readonly clock: FakeClock } {
  const clock = new FakeClock();
  const board = new LoginBoard();
  const { now, timers } = clock;
  return { logins: new WaitingLogins({ state: emptyState(), now, timers }, board), board, clock };
}

test('[LI16] twenty logins wait in all, ten of one network, and each that is decided makes room', () => {
  const { logins, board, clock } = waitingLogins();
  for (let n = 1; n <= 10; n += 1) expect(logins.ask(asked(n, `2001:db8::${n}`))).toEqual(expect.any(String));
  expect(logins.ask(asked(11, '2001:db8::99'))).toMatchObject({ code: 'limit_reached' });
  for (let n = 11; n <= 20; n += 1) expect(logins.ask(asked(n))).toEqual(expect.any(String));
  expect(logins.ask(asked(21))).toMatchObject({ code: 'limit_reached', message: expect.stringContaining('20 logins') });
  expect(logins.ask(asked(20))).toEqual(expect.any(String)); // the same client asks anew
  logins.deny(board.waiting[0]?.id ?? '');
  expect(logins.ask(asked(21))).toEqual(expect.any(String));
  expect(board.waiting.length).toBe(20);
  clock.advance(5 * 60_000);
  expect(board.waiting).toEqual([]);
});

test('[LI16] decisions that no page fetches do not pile up', () => {
  const { logins, board, clock } = waitingLogins();
  const pages: string[] = [];
  for (let n = 0; n < 60; n += 1) {
    const page = logins.ask(asked(n));
    if (page instanceof HubError) throw page;
    pages.push(page);
    logins.deny(board.waiting[0]?.id ?? '');
  }
  expect(pages.filter((page) => logins.look(page)).length).toBe(20);
  clock.advance(60_000);
  expect(pages.filter((page) => logins.look(page)).length).toBe(0);
});

test('[LI16] an address has its number a minute; whoever has a network of IPv6 has one', () => {
  let now = 0;
  const rate = new AddressRate(3, () => now);
  const taken = (address: string): boolean => rate.take(address) === undefined;
  expect([1, 2, 3, 4].map((n) => taken(`2001:db8::${n}`))).toEqual([true, true, true, false]);
  expect(rate.take('2001:db8::5')).toMatchObject({ code: 'rate_limited', retryAfterMs: 20_000 });
  expect(taken('10.0.0.1')).toBe(true);
  now += 20_000;
  expect([taken('2001:db8::6'), taken('2001:db8::7')]).toEqual([true, false]);
});

test('[LI12] the port of a loopback address may be another, and nothing else', () => {
  const registered = ['http://127.0.0.1:1/cb', 'http://[::1]/cb?x=1', 'http://localhost/'];
  const good = ['http://127.0.0.1/cb', 'http://127.0.0.1:65535/cb', 'http://[::1]:9/cb?x=1', 'http://localhost:9/'];
  for (const uri of good) expect([uri, isRegistered(uri, registered)]).toEqual([uri, true]);
  const bad = [
    'http://127.0.0.1:1/cb2',
    'http://127.0.0.1:1/cb?x',
    'http://[::1]:9/cb',
    'http://127.0.0.2:1/cb',
    'http://localhost:9',
  ];
  for (const uri of bad) expect([uri, isRegistered(uri, registered)]).toEqual([uri, false]);
  expect(isRegistered('https://app.example:1/', ['https://app.example/'])).toBe(false);
});

test('[LI27] addresses of a login are those by which the client came, over TLS or on this machine', () => {
  expect(loginAddresses('http://localhost:7337')?.resource).toBe('http://localhost:7337/agent/mcp');
  expect(loginAddresses('https://hub.example')).toEqual({
    issuer: 'https://hub.example/agent',
    resource: 'https://hub.example/agent/mcp',
    resourceMetadata: 'https://hub.example/.well-known/oauth-protected-resource/agent/mcp',
  });
  for (const base of ['http://hub.example', 'http://10.0.0.1:7337', 'http://127.0.0.1.evil.example', undefined, 'x']) {
    expect([base, loginAddresses(base)]).toEqual([base, undefined]);
  }
  expect(['/agent/token', '/agent/authorize/x', '/agent/mcp', '/agent/tokens', '/token'].map(isLoginPath)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('[LI25] what a client calls itself is shown in one line, without what nobody sees, and cut; its key gets a name of its own', () => {
  expect(shownClientName('  Claude\n Code\u202e\u200b ')).toBe('Claude Code');
  expect(shownClientName('\u200b')).toBe('a client without a name');
  expect(shownClientName('x'.repeat(10_000)).length).toBe(80);
  expect(shownClientName(`${'x'.repeat(79)}😀`)).toBe('x'.repeat(79));
  expect(proposedKeyName('Claude Code (signalbox)', [])).toBe('Claude Code');
  expect(proposedKeyName('Codex', ['codex', 'CODEX 2'])).toBe('Codex 3');
  expect(proposedKeyName('a/b\\c', [])).toBe('a-b-c');
  for (const odd of ['', '..', '(x)']) expect(proposedKeyName(odd, [])).toBe('agent');
  expect(proposedKeyName('y'.repeat(80), []).length).toBe(48);
});
