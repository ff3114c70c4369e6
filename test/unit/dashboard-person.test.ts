import { expect, test } from 'vitest';
import { createPersonAuth } from '../../src/server/dashboard/person.ts';

const TOKEN = 'x'.repeat(43);
const person = { actor: { kind: 'human' } };
const cookieOf = (setCookie = ''): string => setCookie.split(';', 1)[0] ?? '';
const headers = (given: Record<string, string>): Headers => new Headers(given);

test('[DB1] the launch token logs in for a cookie that scripts cannot read and other sites do not send', () => {
  const auth = createPersonAuth(TOKEN, () => 7337);
  const setCookie = auth.login(TOKEN) ?? '';
  expect(setCookie).toMatch(/^signalbox_7337=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/u);
  expect(setCookie).not.toContain(TOKEN);
  expect(auth.identify(headers({ cookie: `theme=dark; ${cookieOf(setCookie)}; a=b` }))).toEqual(person);
  expect(auth.logout()).toMatch(/^signalbox_7337=; .*Max-Age=0$/u);
  for (const wrong of ['', 'x', `${TOKEN}x`, TOKEN.toUpperCase()]) expect(auth.login(wrong)).toBeUndefined();
});

test('[DB2] the admin token is good as a bearer, and nothing else is', () => {
  const auth = createPersonAuth(TOKEN, () => 7337);
  expect(auth.identify(headers({ authorization: `Bearer ${TOKEN}` }))).toEqual(person);
  expect(auth.identify(headers({ authorization: `bearer ${TOKEN}` }))).toEqual(person);
  const value = cookieOf(auth.login(TOKEN)).split('=')[1] ?? '';
  for (const authorization of [`Basic ${TOKEN}`, TOKEN, 'Bearer ', 'Bearer sbx_abc', `Bearer ${value}`]) {
    expect(auth.identify(headers({ authorization }))).toBeUndefined();
  }
  expect(auth.identify(headers({}))).toBeUndefined();
});

test('[DB3] cookies of a hub on another port, and of another launch, are not taken', () => {
  const here = createPersonAuth(TOKEN, () => 7337);
  const otherPort = createPersonAuth(TOKEN, () => 7338);
  const otherLaunch = createPersonAuth('y'.repeat(43), () => 7337);
  const cookie = cookieOf(here.login(TOKEN));
  expect(otherPort.identify(headers({ cookie }))).toBeUndefined();
  expect(otherLaunch.identify(headers({ cookie }))).toBeUndefined();
  expect(here.identify(headers({ cookie: `${cookieOf(otherPort.login(TOKEN))}; ${cookie}` }))).toEqual(person);
});
