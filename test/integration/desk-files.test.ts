import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

let hub: TestServer;
let cookie: string;
beforeAll(async () => {
  hub = await startTestHub();
  const answer = await fetch(`${hub.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: hub.server.adminToken }),
  });
  cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
});
afterAll(() => hub.close());

function metadata(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`);
  return pairs.join(',');
}

test('[DB36] a logged-in person uploads and downloads with the cookie alone', async () => {
  const path = `it's "ok" 100% ü.txt`;
  const tus = { 'tus-resumable': '1.0.0', cookie, origin: hub.url };
  const created = await fetch(`${hub.url}/uploads`, {
    method: 'POST',
    headers: { ...tus, 'upload-length': '5', 'upload-metadata': metadata({ workspace: 'default', path }) },
  });
  expect(created.status).toBe(201);
  const location = new URL(created.headers.get('location') ?? '', hub.url);
  const sent = await fetch(location, {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: 'hello',
  });
  expect(sent.status).toBe(204);

  const address = `${hub.url}/files/default/${encodeURIComponent(path)}`;
  const file = await fetch(address, { headers: { cookie } });
  expect([file.status, await file.text()]).toEqual([200, 'hello']);
  expect((await fetch(address)).status).toBe(401);
  expect((await fetch(address, { headers: { cookie, origin: 'http://evil.example' } })).status).toBe(403);
  const { items } = await hub.server.hub.audit.page({ types: ['file.written'] });
  expect(items).toMatchObject([{ path, source: 'upload', actor: { kind: 'human' } }]);
});
