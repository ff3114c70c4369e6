import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectDashboard } from '../support/dashboard-client.ts';
import type { HubServer } from '../../src/server/hub-server.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

let hub: TestServer;
let server: HubServer;
beforeAll(async () => {
  hub = await startTestHub();
  ({ server } = hub);
});
afterAll(() => hub.close());

function login(body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) {
  return fetch(`${server.url}/api/login`, { method: 'POST', body, headers });
}

async function cookie(): Promise<string> {
  const answer = await login(JSON.stringify({ token: server.adminToken }));
  expect(answer.status).toBe(204);
  return answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}

/** The status with which an upgrade is refused, and the code in its body. */
async function refusedUpgrade(headers: Record<string, string>, path = '/api/ws'): Promise<[number?, string?]> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, { headers });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    AsyncIterable<Buffer> & { statusCode?: number },
  ];
  let body = '';
  for await (const chunk of response) body += chunk.toString();
  return [response.statusCode, (JSON.parse(body) as { error: { code: string } }).error.code];
}

test('[DB8] logging in takes JSON of a bounded size; refusals have a status and a code', async () => {
  const refused = async (answer: Promise<Response>): Promise<[number, unknown]> => {
    const response = await answer;
    return [response.status, ((await response.json()) as { error: { code: unknown } }).error.code];
  };
  expect(await refused(login('{"token":"wrong"}'))).toEqual([401, 'unauthorized']);
  expect(await refused(login('{"token":', { 'content-type': 'application/json' }))).toEqual([400, 'bad_request']);
  expect(await refused(login('{}'))).toEqual([400, 'bad_request']);
  expect(await refused(login('token=x', { 'content-type': 'application/x-www-form-urlencoded' }))).toEqual([
    415,
    'unsupported_media_type',
  ]);
  expect(await refused(login(JSON.stringify({ token: 'x'.repeat(10_000) })))).toEqual([413, 'too_large']);
  expect(await refused(fetch(`${server.url}/api/whoami`))).toEqual([401, 'unauthorized']);
  const headers = { cookie: await cookie() };
  expect((await fetch(`${server.url}/api/whoami`, { headers })).status).toBe(204);
  const out = await fetch(`${server.url}/api/logout`, { method: 'POST', headers });
  expect(out.headers.get('set-cookie')).toMatch(/Max-Age=0/u);
});

test('[DB8] the cookie and the admin token open the channel; an agent key does not', async () => {
  const byCookie = await connectDashboard(server.url, { cookie: await cookie() });
  expect((await byCookie.api.open()).hub.url).toBe(server.url);
  byCookie.close();
  const byToken = await connectDashboard(server.url, { authorization: `Bearer ${server.adminToken}` });
  expect(await byToken.api.ping()).toBeUndefined();
  byToken.close();
  expect(await refusedUpgrade({})).toEqual([401, 'unauthorized']);
  expect(await refusedUpgrade({ authorization: `Bearer ${hub.key}` })).toEqual([401, 'unauthorized']);
});

test('[DB9] Host and Origin are checked before the login, for the upgrade too', async () => {
  const good = { cookie: await cookie() };
  expect(await refusedUpgrade({ ...good, origin: 'http://evil.example' })).toEqual([403, 'origin_refused']);
  expect(await refusedUpgrade({ ...good, host: 'evil.example:7337' })).toEqual([403, 'host_refused']);
  expect(await refusedUpgrade(good, '/sse')).toEqual([404, 'not_found']);
  const ours = await connectDashboard(server.url, { ...good, origin: server.url });
  ours.close();
  const page = await fetch(`${server.url}/`, { headers: { origin: 'http://evil.example' } });
  expect(page.status).toBe(403);
  for (const [method, path] of [
    ['GET', '/nothing'],
    ['PUT', '/'],
    ['GET', '/api/none'],
  ] as const) {
    const nothing = await fetch(`${server.url}${path}`, { method });
    expect([path, nothing.status, await nothing.json()]).toMatchObject([path, 404, { error: { code: 'not_found' } }]);
  }
});

const whoami = async (browser: string): Promise<number> =>
  (await fetch(`${server.url}/api/whoami`, { headers: { cookie: browser } })).status;

test('[DB43] a browser that has logged in is still logged in after the hub is started again', async () => {
  const before = await cookie();
  const oldToken = server.adminToken;
  await hub.restart();
  ({ server } = hub);
  expect(server.adminToken).not.toBe(oldToken);
  expect((await login(JSON.stringify({ token: oldToken }))).status).toBe(401);
  const answer = await fetch(`${server.url}/api/whoami`, { headers: { cookie: before } });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('set-cookie')).toMatch(/; Max-Age=2592000$/u); // used, and so renewed
  const browser = await connectDashboard(server.url, { cookie: before });
  expect((await browser.api.open()).kind).toBe('snapshot');
  browser.close();
  expect((await fetch(`${server.url}/api/whoami`, { headers: { authorization: `Bearer ${before}` } })).status).toBe(
    401,
  );
});

test('[DB42] signing out every browser ends their channels and cookies for good, and leaves the admin token', async () => {
  const [here, there] = [await cookie(), await cookie()];
  const elsewhere = await startTestHub();
  const other = await connectDashboard(server.url, { cookie: there });
  const byToken = await connectDashboard(server.url, { authorization: `Bearer ${server.adminToken}` });
  const signOut = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/logout-all`, { method: 'POST', headers });
  expect((await signOut({})).status).toBe(401);
  expect((await signOut({ authorization: `Bearer ${hub.key}` })).status).toBe(401);
  expect((await signOut({ cookie: here, origin: elsewhere.url })).status).toBe(403);
  expect(await whoami(here)).toBe(204);

  const answer = await signOut({ cookie: here });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('set-cookie')).toMatch(/Max-Age=0/u);
  expect(await other.closed).toBe('signed_out');
  expect([await whoami(here), await whoami(there)]).toEqual([401, 401]);
  expect(await refusedUpgrade({ cookie: there })).toEqual([401, 'unauthorized']);
  expect(await byToken.api.ping()).toBeUndefined();
  byToken.close();
  const again = await cookie();
  await hub.restart();
  ({ server } = hub);
  expect([await whoami(there), await whoami(again)]).toEqual([401, 204]);
  await elsewhere.close();
});
