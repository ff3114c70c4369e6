import { expect, test } from 'vitest';
import { isOnlyLocal, RateLimit, rateLimitFor, USUAL_REQUESTS_PER_SECOND } from '../../src/server/http/rate-limit.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestHub } from '../support/start-test-hub.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

test('[HT37] a key has its requests per second, and at once those of two quiet seconds; others have their own', () => {
  let now = 0;
  const limit = new RateLimit(10, () => now);
  const served = (keyId: string, count: number): number =>
    Array.from({ length: count }, () => limit.take(keyId)).filter((refusal) => refusal === undefined).length;
  expect(served('key_a', 50)).toBe(20);
  expect(limit.take('key_a')).toMatchObject({ code: 'rate_limited', retryAfterMs: 100 });
  expect(served('key_b', 1)).toBe(1);
  now += 1_000;
  expect(served('key_a', 50)).toBe(10);
  now += 3_600_000;
  expect(served('key_a', 50)).toBe(20);
});

test('[HT37] [HT59] requests are not limited where only this machine reaches the hub, unless that was asked for', () => {
  const allowed = (host: string, asked?: number, more: Partial<Parameters<typeof isOnlyLocal>[0]> = {}): number => {
    const onlyLocal = isOnlyLocal({ host, publicOrigin: undefined, allowedHosts: [], ...more });
    const limit = rateLimitFor(onlyLocal, asked, () => 0);
    if (!limit) return Infinity;
    let count = 0;
    while (limit.take('key_a') === undefined) count += 1;
    return count;
  };
  for (const host of ['127.0.0.1', '127.0.0.2', '::1', 'localhost']) expect(allowed(host)).toBe(Infinity);
  expect(allowed('0.0.0.0')).toBe(2 * USUAL_REQUESTS_PER_SECOND);
  expect(allowed('0.0.0.0', 0)).toBe(Infinity);
  expect(allowed('127.0.0.1', 3)).toBe(6);
  // A proxy or a tunnel on this machine brings others here.
  const publicOrigin = 'https://hub.example';
  expect(allowed('127.0.0.1', undefined, { publicOrigin })).toBe(2 * USUAL_REQUESTS_PER_SECOND);
  expect(allowed('127.0.0.1', undefined, { allowedHosts: ['my.box'] })).toBe(2 * USUAL_REQUESTS_PER_SECOND);
  expect(allowed('127.0.0.1', 0, { publicOrigin })).toBe(Infinity);
});

test('[HT37] [HT59] behind a proxy on the same machine a key is limited', async () => {
  const clock = new FakeClock();
  const proxied = { behindProxy: true, publicUrl: 'https://hub.example' };
  const hub = await startTestHub({ ...proxied, now: clock.now, timers: clock.timers });
  const statuses: number[] = [];
  for (let n = 0; n <= 2 * USUAL_REQUESTS_PER_SECOND; n += 1) {
    const answer = await fetch(`${hub.url}/files/${hub.workspace}/none`, { headers: bearer(hub.key) });
    await answer.body?.cancel();
    statuses.push(answer.status);
  }
  expect([statuses.indexOf(429), statuses.at(-2)]).toEqual([2 * USUAL_REQUESTS_PER_SECOND, 404]);
  await hub.close();
});

test('[HT38] too many requests of a key are 429 with Retry-After, on each wire and for files', async () => {
  const hub = await startTestHub({ requestsPerSecond: 1 });
  const first = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  expect(first.status).toBe(200);
  await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const refused = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  expect([refused.status, refused.json.error?.data?.['code']]).toEqual([429, 'rate_limited']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  const stream = await ask(hub.server.sse, { method: 'GET', headers: bearer(hub.key) });
  expect(stream.status).toBe(429);
  const file = await ask(`${hub.url}/files/${hub.workspace}/none`, { method: 'GET', headers: bearer(hub.key) });
  expect([file.status, file.headers['retry-after']]).toEqual([429, '1']);
  const { secret } = await hub.newKey('ht38', 'viewer');
  expect((await ask(hub.server.mcp, { headers: bearer(secret), body: initialize() })).status).toBe(200);
  const person = await ask(`${hub.url}/files/${hub.workspace}/none`, {
    method: 'GET',
    headers: bearer(hub.server.adminToken),
  });
  expect(person.status).toBe(404);
  await hub.close();
});
