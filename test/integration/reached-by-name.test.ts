import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub({ allowedHosts: ['my.box'] });
});
afterAll(() => hub.close());

const params = { name: 'upload_create', arguments: { path: 'up.bin', size_bytes: 3 } };
const call = rpc(7, 'tools/call', params);
const uploadUrl = (text: string): string => /"upload_url":"([^"]*)\/uploads\//u.exec(text)?.[1] ?? text;

test('[HT23] addresses in answers have the name by which the client reached the hub, on every wire', async () => {
  for (const host of ['my.box', 'my.box:8080', new URL(hub.url).host]) {
    const headers = { ...bearer(hub.key), host };
    const opened = await ask(hub.server.mcp, { headers, body: initialize() });
    const session = { ...headers, 'mcp-session-id': String(opened.headers['mcp-session-id']) };
    expect(uploadUrl((await ask(hub.server.mcp, { headers: session, body: call })).text)).toBe(`http://${host}`);

    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'by-name', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const stateless = await ask(hub.server.mcp, {
      headers: {
        ...headers,
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'upload_create',
      },
      body: rpc(7, 'tools/call', { ...params, _meta: meta }),
    });
    expect(uploadUrl(stateless.text)).toBe(`http://${host}`);

    const stream = await openStream(`${hub.url}/sse`, { headers });
    const post = await endpointOf(stream, hub.url);
    await ask(post, { headers, body: call });
    expect(uploadUrl(JSON.stringify(await stream.message(({ id }) => id === 7)))).toBe(`http://${host}`);
    stream.drop();
  }
});
