import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { startHub } from '../../src/server/start.ts';
import { statelessHeaders, statelessMeta } from '../support/agent.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer, endpointOf, initialize, openStream, rpc, talkRaw } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub({ bodyCapBytes: 64 * 1024 });
});
afterAll(() => hub.close());

test('[HT10] Host and Origin are checked on every route, before the key', async () => {
  for (const path of [
    '/sse',
    '/messages',
    '/mcp',
    '/health',
    '/',
    '/uploads',
    '/files/x/y',
    '/api/login',
    '/.well-known/x',
  ]) {
    const host = await ask(`${hub.url}${path}`, { method: 'GET', headers: { host: 'evil.example' } });
    expect([path, host.status, host.json.error?.code]).toEqual([path, 403, 'host_refused']);
    const origin = await ask(`${hub.url}${path}`, { method: 'GET', headers: { origin: 'http://evil.example' } });
    expect([path, origin.status, origin.json.error?.code]).toEqual([path, 403, 'origin_refused']);
  }
});

test('[HT24] a request without Host is refused with a code and what to send, on every route', async () => {
  for (const [path, version] of [
    ['/mcp', '1.1'],
    ['/sse', '1.1'],
    ['/health', '1.1'],
    ['/', '1.1'],
    ['/health', '1.0'],
  ] as const) {
    const answer = await talkRaw(hub.url, `GET ${path} HTTP/${version}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*Content-Type: application\/json[^]*"code":"bad_request"[^]*Host/u);
  }
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13';
  expect(await talkRaw(hub.url, `GET / HTTP/1.1\r\n${upgrade}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /u);
});

test('[HT11] without a key that is good: 401 with a challenge and the reason', async () => {
  const { secret, keyId } = await hub.newKey('ht11', 'viewer');
  await hub.server.hub.execute(revokeKey, { keyId }, { actor: { kind: 'human' } });
  const cases: [Record<string, string>, string][] = [
    [{}, 'unauthorized'],
    [{ authorization: 'Basic eDp5' }, 'unauthorized'],
    [bearer('sbx_nobody'), 'unauthorized'],
    [bearer(hub.server.adminToken), 'unauthorized'],
    [bearer(secret), 'key_revoked'],
  ];
  for (const [headers, code] of cases) {
    for (const [method, path] of [
      ['GET', '/sse'],
      ['POST', '/messages?sessionId=ses_x'],
      ['POST', '/mcp'],
      ['GET', '/mcp'],
      ['DELETE', '/mcp'],
    ] as const) {
      const answer = await ask(`${hub.url}${path}`, {
        method,
        headers,
        ...(method === 'POST' ? { body: initialize() } : {}),
      });
      expect([path, answer.status, answer.json.error?.data?.['code']]).toEqual([path, 401, code]);
      expect(answer.headers['www-authenticate']).toMatch(
        /^Bearer realm="signalbox", error="invalid_token", error_description="[^"\\]*\bkey\b[^"\\]*"$/u,
      );
    }
  }
});

test('[HT12] probes for OAuth get a clean 404', async () => {
  for (const path of [
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-authorization-server/mcp',
    '/.well-known/openid-configuration',
  ]) {
    const answer = await ask(`${hub.url}${path}`, { method: 'GET' });
    expect([answer.status, answer.json.error?.code, answer.headers['www-authenticate']]).toEqual([
      404,
      'not_found',
      undefined,
    ]);
  }
});

test('[HT22] a body that is not UTF-8 is refused; a replacement character that was sent is one', async () => {
  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const write = async (text: Buffer) => {
    const [before = '', after = ''] = JSON.stringify(
      rpc(7, 'tools/call', { name: 'file_write', arguments: { path: 'odd.txt', text: '@' } }),
    ).split('@');
    const answer = await fetch(hub.server.mcp, {
      method: 'POST',
      headers: {
        ...bearer(hub.key),
        'mcp-session-id': String(opened.headers['mcp-session-id']),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: Buffer.concat([Buffer.from(before), text, Buffer.from(after)]),
    });
    return { status: answer.status, text: await answer.text() };
  };
  for (const bad of [Buffer.from('Größe', 'latin1'), Buffer.from('ü漢').subarray(0, -1), Buffer.alloc(60_000, 0xff)]) {
    expect(await write(bad)).toMatchObject({ status: 400, text: expect.stringContaining('"bad_request"') });
  }
  expect(await write(Buffer.from('ü\ufffd'))).toMatchObject({
    status: 200,
    text: expect.stringContaining('"size_bytes":5'),
  });
});

test('[HT13] a body over the cap is 413 with its code, announced or not', async () => {
  const stream = await openStream(`${hub.url}/sse`, { headers: bearer(hub.key) });
  const post = await endpointOf(stream, hub.url);
  const big = rpc(1, 'tools/call', { name: 'x', arguments: { text: 'x'.repeat(100_000) } });
  for (const url of [post, hub.server.mcp]) {
    const answer = await ask(url, { headers: bearer(hub.key), body: big });
    expect([answer.status, answer.json.error?.data?.['code']]).toEqual([413, 'too_large']);
  }
  const chunked = await new Promise<number>((resolve, reject) => {
    const request = httpRequest(
      post,
      { method: 'POST', headers: { ...bearer(hub.key), 'content-type': 'application/json' } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('error', reject);
    for (let piece = 0; piece < 8; piece++) request.write('x'.repeat(20_000));
    request.end();
  });
  expect(chunked).toBe(413);
  expect((await ask(post, { headers: bearer(hub.key), body: rpc(2, 'ping') })).status).toBe(202);
  stream.drop();
});

test('[HT14] what is no HTTP gets 400 and the end of the connection, and the hub goes on', async () => {
  expect(await talkRaw(hub.url, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"bad_request"/u);
  expect(await talkRaw(hub.url, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 431/u,
  );
  const host = new URL(hub.url).host;
  expect(
    await talkRaw(hub.url, `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n`),
  ).toMatch(/^HTTP\/1\.1 400/u);
  expect(await talkRaw(hub.url, `GET http://[ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 400/u,
  );
  expect(
    await talkRaw(hub.url, `GET /sse HTTP/1.0\r\nHost: ${host}\r\nAuthorization: Bearer ${hub.key}\r\n\r\n`),
  ).toMatch(/^HTTP\/1\.1 400/u);
  expect((await ask(`${hub.url}/health`, { method: 'GET' })).json).toEqual({ status: 'ok' });
});

test('[HT15] a body that breaks off does nothing', async () => {
  const host = new URL(hub.url).host;
  await new Promise<void>((resolve) => {
    const request = httpRequest(hub.server.mcp, {
      method: 'POST',
      headers: { ...bearer(hub.key), host, 'content-type': 'application/json', 'content-length': 500 },
    });
    request.on('error', () => resolve());
    request.write('{"jsonrpc":"2.0","id":1,');
    setImmediate(() => request.destroy());
  });
  expect((await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() })).status).toBe(200);
});

test('[HT16] a port in use and a foreign address are named, with what to do', async () => {
  const port = Number(new URL(hub.url).port);
  const dataDir = `${hub.dataDir}/second`;
  await expect(startHub({ dataDir, port })).rejects.toMatchObject({
    code: 'port_in_use',
    message: expect.stringContaining('--port'),
  });
  const open = { allowRemote: true, behindProxy: true, publicUrl: 'https://hub.example' };
  await expect(startHub({ dataDir, port: 0, host: '192.0.2.1', ...open })).rejects.toMatchObject({
    code: 'address_unavailable',
    message: expect.stringContaining('--host'),
  });
  const second = await startHub({ dataDir, port: 0 });
  expect(second.firstKey, 'the first key is made by the launch that can show it').toMatch(/^sbx_/u);
  await second.close();
});

test('[HT17] an offer of HTTP/2 is passed over, and the request answered', async () => {
  const body = JSON.stringify(initialize());
  const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAoAAAAAIAAAAA' };
  const answer = await ask(hub.server.mcp, { headers: { ...bearer(hub.key), ...offer }, body });
  expect([answer.status, answer.json.result?.['protocolVersion']]).toEqual([200, '2025-11-25']);
});

test('[HT18] a client that ends its connection with the request gets the refusal of a body over the cap', async () => {
  const text = 'x'.repeat(3 * 1024 * 1024); // more than the two sockets' buffers take
  const answer = await ask(hub.server.mcp, { headers: { ...bearer(hub.key), connection: 'close' }, body: text });
  expect([answer.status, answer.json.error?.data?.['code']]).toEqual([413, 'too_large']);
});

test('[HT19] heads and bodies that dribble in are ended with 408', async () => {
  const hasty = await startTestHub({ requestTimeoutMs: 100 });
  const { host } = new URL(hasty.url);
  const post = `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${hasty.key}\r\n`;
  const answers = await Promise.all([
    talkRaw(hasty.url, `${post}X-Slow: `),
    talkRaw(hasty.url, `${post}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`),
  ]);
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*"timeout"/u);
  await hasty.close();
});

test('[HT20] requests sent ahead on a connection are served in turn, but not any number of them', async () => {
  const { host } = new URL(hub.url);
  const ping = `GET /health HTTP/1.1\r\nHost: ${host}\r\n`;
  const few = await talkRaw(hub.url, `${`${ping}\r\n`.repeat(8)}${ping}Connection: close\r\n\r\n`);
  expect(few.match(/"status":"ok"/gu)).toHaveLength(9);

  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const body = JSON.stringify(rpc(1, 'tools/call', { name: 'event_wait', arguments: { timeout_ms: 50_000 } }));
  const call =
    `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${hub.key}\r\n` +
    `Mcp-Session-Id: ${String(opened.headers['mcp-session-id'])}\r\nContent-Type: application/json\r\n` +
    `Accept: application/json, text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  await talkRaw(hub.url, call.repeat(20)); // returns, as the connection is ended
  expect((await ask(`${hub.url}/health`, { method: 'GET' })).status).toBe(200);
});

test('[SS14] what is nested too deep, or looks like a refusal, is no message', async () => {
  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const headers = { ...bearer(hub.key), 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const call = (depth: number, text = 'x'): string =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{"${text}":${'['.repeat(depth)}${']'.repeat(depth)}}}}`;
  const bodies: [body: string, status: number, code: number][] = [
    [call(5_000), 400, -32_600],
    ['['.repeat(30_000), 400, -32_600],
    ['{"kind":"problem","rpcCode":1,"error":{"code":"unauthorized","message":"forged"},"id":1}', 400, -32_600],
    ['{"kind":"problem","rpcCode":1}', 400, -32_600],
  ];
  for (const [body, status, code] of bodies) {
    const answer = await ask(hub.server.mcp, { headers, body });
    expect([answer.status, answer.json.error?.code, answer.json.error?.data?.['code']]).toEqual([
      status,
      code,
      'bad_request',
    ]);
  }
  // Brackets in a text are no nesting.
  const text = await ask(hub.server.mcp, { headers, body: call(1, `${'[{'.repeat(2_000)}\\"[`) });
  expect([text.status, text.json.result?.['isError']]).toEqual([200, true]);
});

test('[SS15] what should be a text and is anything else is refused on each wire, and the hub goes on', async () => {
  const opened = await ask(hub.server.mcp, { headers: bearer(hub.key), body: initialize() });
  const headers = { ...bearer(hub.key), 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const stream = await openStream(`${hub.url}/sse`, { headers: bearer(hub.key) });
  const post = await endpointOf(stream, hub.url);
  // The last ones are not even to be made a text of.
  for (const no of [undefined, null, 7, [], ['whoami'], {}, { toString: 1, valueOf: 1 }, { toJSON: 1 }]) {
    for (const [method, params] of [
      ['tools/call', { name: no }],
      ['resources/read', { uri: no }],
      ['prompts/get', { name: no }],
    ] as const) {
      const answer = await ask(hub.server.mcp, { headers, body: rpc(1, method, params) });
      expect([method, no, answer.json.error?.code]).toEqual([method, no, -32_602]);
      await ask(post, { headers: bearer(hub.key), body: rpc(2, method, params) });
      expect((await stream.message()).error?.code).toBe(-32_602);
      const stateless = await ask(hub.server.mcp, {
        headers: { ...statelessHeaders(hub.key, method, 'whoami'), accept: 'application/json' },
        body: rpc(3, method, { ...params, _meta: statelessMeta('odd') }),
      });
      expect([method, no, stateless.json.error?.code]).toEqual([method, no, -32_602]);
    }
  }
  stream.drop();
  expect((await ask(`${hub.url}/health`, { method: 'GET' })).status).toBe(200);
});
