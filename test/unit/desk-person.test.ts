import { expect, test } from 'vitest';
import type { LoginSecret } from '../../src/server/desk/login/login-secret.ts';
import { createPersonAuth, type PersonAuth } from '../../src/server/desk/login/person.ts';

const TOKEN = 'x'.repeat(43);
const person = { actor: { kind: 'human' } };
const LIFE_MS = 30 * 24 * 3_600_000;
const cookieOf = (setCookie = ''): string => setCookie.split(';', 1)[0] ?? '';
const headers = (given: Record<string, string>): Headers => new Headers(given);
const plain = headers({});

function personAuth({ token = TOKEN, secret = 'a', port = 7337, now = (): number => 1_000 } = {}): PersonAuth {
  let value = Buffer.alloc(32, secret);
  const kept: LoginSecret = { value: () => value, replace: () => (value = Buffer.alloc(32, 'other')) };
  return createPersonAuth({ token, secret: kept, port: () => port, now });
}

test('[DB1] the launch token logs in for a cookie that scripts cannot read and other sites do not send', () => {
  const auth = personAuth();
  const setCookie = auth.login(TOKEN, plain) ?? '';
  expect(setCookie).toMatch(/^signalbox_7337=\d+\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/u);
  expect(setCookie).not.toContain(TOKEN);
  expect(auth.identify(headers({ cookie: `theme=dark; ${cookieOf(setCookie)}; a=b` }))).toEqual(person);
  expect(auth.logout(plain)).toMatch(/^signalbox_7337=; .*Max-Age=0$/u);
  for (const wrong of ['', 'x', `${TOKEN}x`, TOKEN.toUpperCase()]) expect(auth.login(wrong, plain)).toBeUndefined();
});

test('[DB2] the admin token is good as a bearer, and nothing else is', () => {
  const auth = personAuth();
  expect(auth.identify(headers({ authorization: `Bearer ${TOKEN}` }))).toEqual(person);
  expect(auth.identify(headers({ authorization: `bearer ${TOKEN}` }))).toEqual(person);
  const value = cookieOf(auth.login(TOKEN, plain)).split('=')[1] ?? '';
  for (const authorization of [`Basic ${TOKEN}`, TOKEN, 'Bearer ', 'Bearer sbx_abc', `Bearer ${value}`]) {
    expect(auth.identify(headers({ authorization }))).toBeUndefined();
  }
  expect(auth.identify(headers({}))).toBeUndefined();
});

test('[DB3] cookies of a hub on another port, and of another data directory, are not taken; of an earlier launch they are', () => {
  const here = personAuth();
  const otherPort = personAuth({ port: 7338 });
  const otherLaunch = personAuth({ token: 'y'.repeat(43) });
  const otherDirectory = personAuth({ secret: 'b' });
  const cookie = cookieOf(here.login(TOKEN, plain));
  expect(otherPort.identify(headers({ cookie }))).toBeUndefined();
  expect(otherPort.identify(headers({ cookie: cookie.replace('7337', '7338') }))).toBeUndefined();
  expect(otherDirectory.identify(headers({ cookie }))).toBeUndefined();
  expect(otherLaunch.identify(headers({ cookie }))).toEqual(person);
  expect(here.identify(headers({ cookie: `${cookieOf(otherPort.login(TOKEN, plain))}; ${cookie}` }))).toEqual(person);
});

test('[DB40] a cookie is good for 30 days, and as long again each time that it is used', () => {
  let now = 1_000;
  const auth = personAuth({ now: () => now });
  const cookie = cookieOf(auth.login(TOKEN, plain));
  now += LIFE_MS - 1_000;
  const renewed = cookieOf(auth.renew(headers({ cookie })));
  now += 1_000;
  expect(auth.identify(headers({ cookie }))).toBeUndefined();
  expect(auth.renew(headers({ cookie }))).toBeUndefined();
  expect(auth.identify(headers({ cookie: renewed }))).toEqual(person);
  const putOff = cookie.replace(/=(\d+)/u, (_, end) => `=${Number(end) * 2}`);
  expect(auth.identify(headers({ cookie: putOff }))).toBeUndefined();
  for (const value of ['', '1', '.', 'NaN.x', `${'9'.repeat(12)}.`, `9999999999.${'x'.repeat(43)}`]) {
    expect(auth.identify(headers({ cookie: `signalbox_7337=${value}` }))).toBeUndefined();
  }
  // The token needs no cookie, and gets none for being used.
  expect(auth.renew(headers({ authorization: `Bearer ${TOKEN}` }))).toBeUndefined();
});
