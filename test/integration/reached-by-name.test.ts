import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub } from '../../src/server/start.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub({ allowedHosts: ['my.box'] });
});
afterAll(() => hub.close());

const params = { name: 'upload_create', arguments: { path: 'up.bin', size_bytes: 3 } };
const call = rpc(7, 'tools/call', params);
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'by-name', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const uploadUrl = (text: string): string => /"upload_url":"([^"]*)\/uploads\//u.exec(text)?.[1] ?? text;

/** The beginning of `upload_url` for a client with these headers, on each wire. */
async function addresses(hub: TestServer, more: Record<string, string>): Promise<readonly string[]> {
  const headers = { ...bearer(hub.key), ...more };
  const opened = await ask(`${hub.url}/mcp`, { headers, body: initialize() });
  const session = { ...headers, 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const streamable = await ask(`${hub.url}/mcp`, { headers: session, body: call });
  const stateless = await ask(`${hub.url}/mcp`, {
    headers: {
      ...headers,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'upload_create',
    },
    body: rpc(7, 'tools/call', { ...params, _meta: meta }),
  });
  const stream = await openStream(`${hub.url}/sse`, { headers });
  const post = await endpointOf(stream, hub.url);
  await ask(post, { headers, body: call });
  const sse = JSON.stringify(await stream.message(({ id }) => id === 7));
  stream.drop();
  return [streamable.text, stateless.text, sse].map(uploadUrl);
}

const onEach = (address: string): readonly string[] => [address, address, address];

test('[HT23] addresses in answers have the name by which the client reached the hub, on every wire', async () => {
  for (const host of ['my.box', 'my.box:8080', new URL(hub.url).host]) {
    expect(await addresses(hub, { host })).toEqual(onEach(`http://${host}`));
  }
});

test('[HT42] a client that came over TLS is given https addresses: as a proxy at an allowed name says, and no other', async () => {
  const own = new URL(hub.url).host;
  for (const [host, proto, scheme] of [
    ['my.box', 'https', 'https'],
    ['MY.box:8443', 'HTTPS, http', 'https'],
    ['my.box', 'http', 'http'],
    ['my.box', 'http, https', 'http'],
    ['my.box', 'httpsx', 'http'],
    [own, 'https', 'http'],
  ] as const) {
    expect(await addresses(hub, { host, 'x-forwarded-proto': proto })).toEqual(onEach(`${scheme}://${host}`));
  }
});

test('[DB47] the cookie of a browser that came over TLS to a proxy is sent over nothing else', async () => {
  const cookies = async ({ url, server }: TestServer, headers: Record<string, string>): Promise<readonly string[]> => {
    const login = await ask(`${url}/api/login`, { headers, body: { token: server.adminToken } });
    const first = String(login.headers['set-cookie']);
    const cookie = String(first.split(';', 1)[0]);
    const renewed = await ask(`${url}/api/whoami`, { method: 'GET', headers: { ...headers, cookie } });
    const out = await ask(`${url}/api/logout`, { headers, body: {} });
    return [first, String(renewed.headers['set-cookie']), String(out.headers['set-cookie'])];
  };
  const secure = Array(3).fill(expect.stringMatching(/^signalbox_\d+=.*; Secure/u));
  const plain = Array(3).fill(expect.not.stringContaining('Secure'));
  expect(await cookies(hub, { host: 'my.box', 'x-forwarded-proto': 'https' })).toEqual(secure);
  expect(await cookies(hub, { host: 'my.box' })).toEqual(plain);
  expect(await cookies(hub, { 'x-forwarded-proto': 'https' })).toEqual(plain);
  const proxied = await startTestHub({ behindProxy: true, publicUrl: 'https://hub.example' });
  for (const host of ['hub.example', 'HUB.example:443']) expect(await cookies(proxied, { host })).toEqual(secure);
  expect(await cookies(proxied, {})).toEqual(plain);
  await proxied.close();
});

test('[HT42] with a public URL each address begins with it, and its name is allowed', async () => {
  const tunnelled = await startTestHub({ publicUrl: 'https://Hub.example/' });
  try {
    for (const host of ['hub.example', new URL(tunnelled.url).host])
      expect(await addresses(tunnelled, { host })).toEqual(onEach('https://hub.example'));
    const page = await ask(`${tunnelled.url}/health`, {
      method: 'GET',
      headers: { host: 'hub.example', origin: 'https://hub.example' },
    });
    expect(page.status).toBe(200);
  } finally {
    await tunnelled.close();
  }
  for (const publicUrl of ['hub.example', 'ftp://hub.example', 'https://hub.example/path', 'https://u:p@hub.example'])
    await expect(startHub({ publicUrl, port: 0 })).rejects.toMatchObject({ code: 'invalid_argument' });
});
