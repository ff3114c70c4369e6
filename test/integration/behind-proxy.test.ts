import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDashboard } from '../support/dashboard-client.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub({ behindProxy: true, publicUrl: 'https://hub.example' });
});
afterAll(() => hub.close());

/** The address of a session that was opened with this header. */
async function remoteFor(of: TestServer, forwarded: string | undefined): Promise<string | undefined> {
  const headers = { ...bearer(of.key), ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }) };
  const { headers: answered } = await ask(of.server.mcp.replace('https://hub.example', of.url), {
    headers,
    body: initialize(),
  });
  return of.server.hub.state.sessions.get(String(answered['mcp-session-id']))?.remote;
}

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['10.0.0.1, 198.51.100.7', '198.51.100.7'], // the client's own word comes first
  ['127.0.0.1,203.0.113.9 ', '203.0.113.9'],
  ['203.0.113.9:51002', '203.0.113.9'],
  ['2001:db8::7', '[2001:db8::7]'],
  ['[2001:db8::7]:443', '[2001:db8::7]'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
])('[HT58] behind a proxy a request from %s is one of %s', async (forwarded, remote) => {
  expect(await remoteFor(hub, forwarded)).toBe(remote);
});

test.each(['', 'unknown', '203.0.113.9, ', '203.0.113.9, <b>', '1.2.3', 'x'.repeat(5_000), '999.0.113.9'])(
  '[HT58] what is no address at the end of the header leaves that of the connection: %s',
  async (forwarded) => {
    expect(await remoteFor(hub, forwarded)).toMatch(/^127\.0\.0\.1:\d+$/u);
  },
);

test('[HT58] refused connections and the uses of links have the forwarded address, each client its own share', async () => {
  for (const last of ['203.0.113.9', '203.0.113.10']) {
    const headers = { ...bearer('sbx_wrong'), 'x-forwarded-for': `1.1.1.1, ${last}`, 'user-agent': 'forged' };
    await ask(`${hub.url}/mcp`, { headers, body: initialize() });
  }
  await ask(`${hub.url}/mcp`, { headers: { 'user-agent': 'forged' }, body: initialize() });
  const desk = await connectDashboard(hub.url, { authorization: `Bearer ${hub.server.adminToken}` });
  await desk.api.open();
  await desk.until(() => desk.refused.length === 3);
  const addresses = desk.refused.map(({ address }) => address);
  expect(addresses.toSorted()).toEqual(['127.0.0.1', '203.0.113.10', '203.0.113.9']);
  desk.close();

  const file = { workspace: hub.workspace, path: 'a.txt', content: Buffer.from('x'), source: 'import' as const };
  await hub.server.files.write(human, file);
  const input = { workspace: hub.workspace, path: 'a.txt', ttlMs: 600_000 };
  const { answer, durable } = await hub.server.links.commitCreate(human, input);
  await durable;
  const got = await ask(`${hub.url}${hub.server.links.addressOf(answer.id)}`, {
    method: 'GET',
    headers: { 'x-forwarded-for': '1.1.1.1, 203.0.113.9' },
  });
  expect(got.text).toBe('x');
  const { items } = await hub.server.hub.audit.page({ types: ['link.used'] });
  expect(items).toMatchObject([{ remote: '203.0.113.9' }]);
});

test('[HT58] a hub that is not behind a proxy takes nobody’s word', async () => {
  const open = await startTestHub();
  expect(await remoteFor(open, '203.0.113.9')).toMatch(/^127\.0\.0\.1:\d+$/u);
  await open.close();
});
