import { afterAll, beforeAll, expect, test } from 'vitest';
import { initialize, talkRaw } from '../support/wire-client.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

const ROUTES = [
  '/',
  '/index.html',
  '/assets/x.js',
  '/sse',
  '/sse/',
  '/messages?sessionId=ses_x',
  '/mcp',
  '/mcp/',
  '/health',
  '/uploads',
  '/uploads/upl_x',
  '/files/default/plan.md',
  '/api/login',
  '/api/logout-all',
  '/api/ws',
  '/.well-known/oauth-protected-resource',
  '/register',
  '/.well-known/oauth-authorization-server/agent',
  '/agent/mcp',
  '/agent/register',
  '/agent/token',
  '/agent/authorize?client_id=x',
  '/agent/authorize/x',
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

/** What a page of another site sends with a request, the key and the person's token included. */
function fromElsewhere(port: string): Record<string, string>[] {
  const ours = `127.0.0.1:${port}`;
  const origins = ['https://evil.example', 'null', `http://127.0.0.1.evil.example:${port}`, `http://localhost.:1`];
  const hosts = ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example`, `localhost.evil.example:${port}`];
  return [
    ...origins.map((origin) => ({ Host: ours, Origin: origin })),
    ...hosts.map((host) => ({ Host: host })),
    // Rebinding: the page's own name leads here, and its origin is that name.
    ...hosts.map((host) => ({ Host: host, Origin: `http://${host}` })),
  ];
}

test('[HT10] no page of another site, and no name that was bound to this machine, gets past any route by any method', async () => {
  const { port } = new URL(hub.url);
  const body = JSON.stringify(initialize());
  const logged = new Set<string>();
  hub.server.hub.subscribe((batch) => {
    for (const { event } of batch) logged.add(event.type);
  });
  const attempts = ROUTES.flatMap((route) =>
    METHODS.flatMap((method) => fromElsewhere(port).map((headers) => ({ route, method, headers }))),
  );
  const passed: unknown[] = [];
  const send = async ({ route, method, headers }: (typeof attempts)[number]): Promise<void> => {
    const key = route.startsWith('/api') ? hub.server.adminToken : hub.key;
    const all = { ...headers, Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', Connection: 'close' };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `${method} ${route} HTTP/1.1\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n`;
    const answer = await talkRaw(hub.url, head + body);
    const isRefused = answer.startsWith('HTTP/1.1 403 ') && !/access-control-allow/iu.test(answer);
    if (!isRefused) passed.push({ route, method, headers, answer: answer.slice(0, 200) });
  };
  const waiting = [...attempts];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await send(next);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  expect(passed).toEqual([]);
  expect(attempts.length).toBeGreaterThan(1_000);
  expect([...logged]).toEqual(['connection.refused']);
});
