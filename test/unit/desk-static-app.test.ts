import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveAppFile } from '../../src/server/desk/static-app.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-app-'));
  await mkdir(path.join(dir, 'app/assets'), { recursive: true });
  await writeFile(path.join(dir, 'app/index.html'), '<!doctype html><title>Signalbox</title>');
  await writeFile(path.join(dir, 'app/assets/main-a1b2.js'), 'export {};');
  await writeFile(path.join(dir, 'app/.hidden.js'), 'hidden');
  await writeFile(path.join(dir, 'secret.js'), 'secret');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const get = (address: string, init?: RequestInit): Promise<Response | undefined> =>
  serveAppFile(path.join(dir, 'app'), new Request(`http://127.0.0.1:7337${address}`, init));

test('[DB4] the page is asked for anew each time, what carries a hash in its name is kept', async () => {
  const page = await get('/');
  expect(page?.headers.get('cache-control')).toBe('no-cache');
  expect(page?.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page?.text()).toContain('Signalbox');
  const again = await get('/', { headers: { 'if-none-match': page?.headers.get('etag') ?? '' } });
  expect(again?.status).toBe(304);
  const script = await get('/assets/main-a1b2.js');
  expect(script?.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(script?.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(await script?.text()).toBe('export {};');
  const head = await get('/assets/main-a1b2.js', { method: 'HEAD' });
  expect(head?.headers.get('content-length')).toBe('10');
  expect(await head?.text()).toBe('');
});

test('[DB5] the policy lets the page run its own scripts and talk to its own hub only', async () => {
  const headers = (await get('/'))?.headers;
  const policy = headers?.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain('script-src http://127.0.0.1:7337/assets/;');
  expect(policy).toContain("connect-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  const named = (address: string) => serveAppFile(path.join(dir, 'app'), new Request(address));
  const onIpv6 = await named('http://[::1]:7337/');
  expect(onIpv6?.headers.get('content-security-policy')).toContain("script-src 'self';"); // cannot be named
  const inDesktop = await named('app://signalbox/');
  expect(inDesktop?.headers.get('content-security-policy')).toContain('script-src app://signalbox/assets/;');
  expect(headers?.get('x-content-type-options')).toBe('nosniff');
  expect(headers?.get('referrer-policy')).toBe('no-referrer');
  expect(headers?.get('cross-origin-opener-policy')).toBe('same-origin');
});

test('[DB6] nothing outside the built dashboard is served', async () => {
  for (const address of [
    '/../secret.js',
    '/..%2fsecret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/.hidden.js',
    '/assets',
    '/assets/none.js',
    '//secret.js',
    '/assets%00.js',
  ]) {
    expect([address, await get(address)]).toEqual([address, undefined]);
  }
});

test('[DB7] a dashboard that is not built says so', async () => {
  const answer = await serveAppFile(undefined, new Request('http://127.0.0.1:7337/'));
  expect(answer?.status).toBe(503);
  expect(await answer?.text()).toContain('npm run build');
});
