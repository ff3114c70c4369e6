import path from 'node:path';
import { expect, test } from 'vitest';
import { checkExposure, isPublicAddress, type Exposure } from '../../src/server/http/exposure.ts';
import { createGuard } from '../../src/server/http/guard.ts';
import { readTls } from '../../src/server/http/tls.ts';
import { HubError } from '../../src/protocol/errors.ts';

const closed: Exposure = {
  host: '127.0.0.1',
  allowRemote: false,
  hasTls: false,
  behindProxy: false,
  publicOrigin: undefined,
  ownAddresses: () => ['127.0.0.1', '192.168.1.5'],
};

function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof HubError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

const check = (changes: Partial<Exposure>): string => problemOf(() => checkExposure({ ...closed, ...changes }));
const hub = 'https://hub.example';

test('[HT50] what other machines reach needs the word of the person, and TLS or a proxy', () => {
  expect(check({})).toBe('none');
  expect(check({ host: 'localhost', publicOrigin: 'http://tunnel.example' })).toBe('none');
  expect(check({ host: '192.168.1.5' })).toMatch(/^invalid_argument: .*--allow-remote/u);
  expect(check({ host: '192.168.1.5', allowRemote: true })).toMatch(/in the clear: add --tls-cert/u);
  expect(check({ host: '192.168.1.5', allowRemote: true, hasTls: true })).toBe('none');
  expect(check({ host: '0.0.0.0', allowRemote: true, hasTls: true })).toMatch(/no name.*--public-url/u);
  expect(check({ host: '0.0.0.0', allowRemote: true, hasTls: true, publicOrigin: hub })).toBe('none');
  expect(check({ behindProxy: true })).toMatch(/needs the address of the proxy/u);
  expect(check({ host: '::', allowRemote: true, behindProxy: true, publicOrigin: hub })).toBe('none');
  expect(check({ hasTls: true, publicOrigin: 'http://hub.example' })).toMatch(/begin --public-url with https:/u);
});

test('[HT51] behind a proxy the hub is not on a public address itself, and the proxy has TLS', () => {
  const proxied = { host: '10.0.0.7', allowRemote: true, behindProxy: true, publicOrigin: hub };
  expect(check(proxied)).toBe('none');
  expect(check({ ...proxied, publicOrigin: 'http://hub.example' })).toMatch(/has no TLS/u);
  expect(check({ behindProxy: true, publicOrigin: 'http://hub.example' })).toMatch(/has no TLS/u);
  expect(check({ ...proxied, host: '93.184.216.34' })).toMatch(/93\.184\.216\.34 is a public address/u);
  expect(check({ ...proxied, host: '0.0.0.0', ownAddresses: () => ['127.0.0.1', '2606:2800:220:1::1'] })).toMatch(
    /2606:2800:220:1::1 is a public address/u,
  );
  const inside = ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.0.1', '100.64.0.1', '169.254.1.1', '::1'];
  for (const address of [...inside, 'fd00::1', 'fe80::1', 'hub.example']) expect(isPublicAddress(address)).toBe(false);
  for (const address of ['8.8.8.8', '172.32.0.1', '2001:4860::1']) expect(isPublicAddress(address)).toBe(true);
});

test('[HT52] a certificate must fit its key, be good today, and have the name; each file that is none is named', () => {
  const file = (name: string): string => path.join(import.meta.dirname, '../fixtures/tls', name);
  const cert = file('hub.pem');
  const key = file('hub-key.pem');
  const at = { host: '127.0.0.1', publicOrigin: undefined, now: Date.parse('2026-06-01') };
  const read = (files: { cert?: string; key?: string }, changes: Partial<Parameters<typeof readTls>[1]> = {}) =>
    problemOf(() => readTls({ cert: files.cert, key: files.key }, { ...at, ...changes }));
  expect(readTls({ cert: undefined, key: undefined }, at)).toBeUndefined();
  expect(readTls({ cert, key }, at)?.cert).toContain('BEGIN CERTIFICATE');
  expect(read({ cert })).toMatch(/add --tls-key/u);
  expect(read({ key })).toMatch(/add --tls-cert/u);
  expect(read({ cert: file('none.pem'), key })).toMatch(/none\.pem cannot be read/u);
  expect(read({ cert: key, key })).toMatch(/hub-key\.pem has no certificate/u);
  expect(read({ cert, key: cert })).toMatch(/hub\.pem has no private key/u);
  expect(read({ cert, key: file('other-key.pem') })).toMatch(/other-key\.pem does not fit the certificate/u);
  expect(read({ cert, key }, { now: Date.parse('2121-01-01') })).toMatch(/expired at 2120-01-01.*renew it/u);
  expect(read({ cert, key }, { now: Date.parse('2019-12-31') })).toMatch(/not good before 2020-01-01/u);
  expect(read({ cert, key }, { host: '192.168.1.5' })).toMatch(/is for DNS:hub\.example.*not for 192\.168\.1\.5/u);
  expect(read({ cert, key }, { publicOrigin: 'https://other.example' })).toMatch(/not for other\.example/u);
  expect(read({ cert, key }, { host: '0.0.0.0', publicOrigin: 'https://hub.example:8443' })).toBe('none');
});

test('[HT54] an origin is compared with its scheme: that of the hub, and of its public address', () => {
  const codeOf = (guard: ReturnType<typeof createGuard>, host: string, origin: string) =>
    guard.check({ host, origin })?.code;
  const secure = createGuard({ port: 7337, host: '127.0.0.1', allowedHosts: [], isSecure: true });
  expect(codeOf(secure, '127.0.0.1:7337', 'https://127.0.0.1:7337')).toBeUndefined();
  expect(codeOf(secure, '127.0.0.1:7337', 'http://127.0.0.1:7337')).toBe('origin_refused');
  const plain = createGuard({ port: 7337, host: '127.0.0.1', allowedHosts: ['hub.example'], publicOrigin: hub });
  expect(codeOf(plain, 'hub.example', hub)).toBeUndefined();
  expect(codeOf(plain, 'hub.example', 'http://hub.example')).toBe('origin_refused');
  expect(codeOf(plain, '127.0.0.1:7337', 'http://127.0.0.1:7337')).toBeUndefined();
  expect(codeOf(plain, '127.0.0.1:7337', 'https://127.0.0.1:7337')).toBe('origin_refused');
});
