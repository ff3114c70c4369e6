import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { bearer, initialize } from '../support/wire-client.ts';

const EXTENSION = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';
const PAGE = 'http://tool.example:3000';
let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub({ allowedHosts: [EXTENSION, PAGE] });
});
afterAll(() => hub.close());

const preflight = (path: string, origin: string) =>
  fetch(`${hub.url}${path}`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type, mcp-protocol-version',
    },
  });

test.each([EXTENSION, PAGE])('[HT40] %s may call what agents call, and read the answers', async (origin) => {
  for (const path of ['/mcp', '/sse', '/messages?sessionId=x', '/uploads', '/files/default/a.txt']) {
    const { status, headers } = await preflight(path, origin);
    expect([status, headers.get('access-control-allow-origin')], path).toEqual([204, origin]);
    expect(headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(headers.get('access-control-allow-headers')).toContain('mcp-protocol-version');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  }
  const answer = await fetch(`${hub.url}/mcp`, {
    method: 'POST',
    headers: {
      ...bearer(hub.key),
      origin,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(initialize()),
  });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  expect(answer.headers.get('access-control-expose-headers')).toContain('Mcp-Session-Id');
  await answer.body?.cancel();
  const stream = await fetch(`${hub.url}/sse`, {
    headers: { ...bearer(hub.key), origin, accept: 'text/event-stream' },
  });
  expect([stream.status, stream.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  await stream.body?.cancel();
  const file = await fetch(`${hub.url}/files/${hub.workspace}/none.txt`, { headers: { ...bearer(hub.key), origin } });
  expect([file.status, file.headers.get('access-control-allow-origin')]).toEqual([404, origin]);
  const upload = await fetch(`${hub.url}/uploads`, { method: 'POST', headers: { ...bearer(hub.key), origin } });
  expect(upload.headers.get('access-control-allow-origin')).toBe(origin);
  for (const path of ['/register', '/token', '/.well-known/oauth-protected-resource']) {
    expect((await preflight(path, origin)).headers.get('access-control-allow-origin'), path).toBe(origin);
    const probed = await fetch(`${hub.url}${path}`, { method: 'POST', headers: { origin } });
    expect([probed.status, probed.headers.get('access-control-allow-origin')], path).toEqual([
      path.startsWith('/.') ? 404 : 400,
      origin,
    ]);
  }
  const desk = await preflight('/api/login', origin);
  expect(desk.headers.get('access-control-allow-origin')).toBeNull();
});

test('[HT40] other pages are refused, with how to allow them', async () => {
  for (const origin of [
    'chrome-extension://another',
    'http://tool.example:3001',
    'https://tool.example:3000',
    'null',
  ]) {
    const refused = await preflight('/mcp', origin);
    expect([refused.status, refused.headers.get('access-control-allow-origin')], origin).toEqual([403, null]);
    expect(await refused.json()).toMatchObject({
      error: { code: 'origin_refused', message: expect.stringContaining('--allow-host') },
    });
  }
});
