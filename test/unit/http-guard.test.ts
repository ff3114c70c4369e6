import { expect, test } from 'vitest';
import { bearerToken } from '../../src/server/http/auth.ts';
import { isJson } from '../../src/server/http/media-type.ts';
import { createGuard } from '../../src/server/http/guard.ts';
import { nothingAt } from '../../src/server/http/nothing-at.ts';
import { HubError } from '../../src/protocol/errors.ts';

const guard = createGuard({ port: 7337, host: '127.0.0.1', allowedHosts: ['box.lan', 'proxy.lan:8443'] });
const codeOf = (host: string | undefined, origin?: string): string | undefined => guard.check({ host, origin })?.code;

test('[HT1] Host must be one of ours, on any port', () => {
  const ours = [
    '127.0.0.1:7337',
    'localhost:7337',
    '[::1]:7337',
    'LOCALHOST:7337',
    'localhost:8000',
    'localhost',
    'box.lan',
    'box.lan:99',
  ];
  for (const host of [...ours, 'proxy.lan:8443']) expect([host, codeOf(host)]).toEqual([host, undefined]);
  expect(codeOf(undefined)).toBe('bad_request'); // RFC 9112, section 3.2
  const others = [
    '',
    'evil.example',
    'localhost.evil.example:7337',
    'localhost:7337.evil.example',
    '127.0.0.1:7337@evil',
    'proxy.lan:1',
  ];
  for (const host of others) expect([host, codeOf(host)]).toEqual([host, 'host_refused']);
});

test('[HT2] Origin may be absent, ours, or that of Host; another site’s or port’s, and null, are refused', () => {
  const ours = [
    undefined,
    'http://127.0.0.1:7337',
    'http://localhost:7337',
    'http://[::1]:7337',
    'https://box.lan',
    'https://proxy.lan:8443',
  ];
  for (const origin of ours) expect([origin, codeOf('127.0.0.1:7337', origin)]).toEqual([origin, undefined]);
  expect(codeOf('localhost:8000', 'http://localhost:8000')).toBeUndefined();
  const others = [
    '',
    'null',
    'http://evil.example',
    'http://localhost',
    'http://localhost:7338',
    'http://localhost:7337/',
    'file://',
    'chrome-extension://x',
  ];
  for (const origin of others) expect([origin, codeOf('127.0.0.1:7337', origin)]).toEqual([origin, 'origin_refused']);
});

test('[HT3] a key comes as a bearer token, in any case of the word', () => {
  expect(bearerToken('Bearer sbx_a')).toBe('sbx_a');
  expect(bearerToken('bearer  sbx_a')).toBe('sbx_a');
  for (const header of [undefined, '', 'sbx_a', 'Basic abc', 'Bearer', 'Bearer a b']) {
    expect(bearerToken(header)).toBeInstanceOf(HubError);
  }
});

test('[HT4] JSON is known by its media type, with or without parameters', () => {
  expect(['application/json', 'Application/JSON; charset=utf-8', 'application/json;x=1'].every(isJson)).toBe(true);
  expect([undefined, '', 'text/plain', 'application/jsonp', 'application/json-patch+json'].some(isJson)).toBe(false);
});

test('[HT30] a refusal of an address that leads nowhere does not repeat all of it', () => {
  expect(nothingAt('POST', `/${'x'.repeat(10_000)}`).message.length).toBeLessThan(400);
});

test('[HT30] a page that came by https is another site’s, except at a name that was allowed', () => {
  for (const origin of ['https://127.0.0.1:7337', 'https://localhost:7337', 'https://[::1]:7337']) {
    expect(codeOf('127.0.0.1:7337', origin)).toBe('origin_refused');
    expect(codeOf(origin.slice('https://'.length), origin)).toBe('origin_refused');
  }
  expect(codeOf('box.lan', 'https://box.lan')).toBeUndefined();
  expect(codeOf('proxy.lan:8443', 'https://proxy.lan:8443')).toBeUndefined();
  expect(guard.check({ host: 'h'.repeat(9_000) })?.message.length).toBeLessThan(500);
});
