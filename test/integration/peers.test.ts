import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { ask, bearer } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub({
    requestTimeoutMs: 400,
    peerLimits: {
      stallMs: 400,
      halfClosedMs: 200,
      answeredBodyMs: 200,
      apiBodyMs: 400,
      uploadSilenceMs: 400,
      restMs: 100,
    },
  });
});
afterAll(() => hub.close());

/** Connects, sends some bytes, keeps its half open whatever the hub does; answers both ends of the connection. */
async function connect(bytes: string): Promise<{ peer: net.Socket; held: net.Socket }> {
  const peer = net.connect({ port: Number(new URL(hub.url).port), host: '127.0.0.1', allowHalfOpen: true });
  peer.on('error', () => undefined);
  peer.pause();
  const accepted = new Promise<net.Socket>((resolve) => {
    const onSocket = (message: unknown): void => {
      const { socket } = message as { socket: net.Socket };
      if (socket.remotePort !== peer.localPort) return;
      unsubscribe('net.server.socket', onSocket);
      resolve(socket);
    };
    subscribe('net.server.socket', onSocket);
  });
  await once(peer, 'connect');
  peer.write(bytes);
  return { peer, held: await accepted };
}

/** Resolves when the hub holds the connection no more. A byte now and then does not keep it. */
async function letGo({ peer, held }: { peer: net.Socket; held: net.Socket }, dribble = false): Promise<void> {
  const drip = dribble ? setInterval(() => peer.write('x'), 50) : undefined;
  if (!held.destroyed) await once(held, 'close');
  clearInterval(drip);
  peer.destroy();
}

/** Asks until it is answered: a busy machine may take longer to read a request than the 0.4 s that this hub gives it. */
async function patiently(asks: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await asks().catch(() => undefined);
    if (answer !== undefined && answer.status !== 408) return answer;
  }
}

const head = (line: string, more = ''): string => `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}\r\n`;
const body = 'Content-Type: application/json\r\nContent-Length: 100000\r\n';

test('[HT31] a connection that says nothing, half a head or a refused upgrade is let go, also when its peer keeps its half', async () => {
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n';
  for (const bytes of ['', 'GET /health HTTP/1.1\r\nHos', 'no http\r\n\r\n', head('GET /api/ws', upgrade)]) {
    await letGo(await connect(bytes));
  }
  await letGo(await connect(head('GET /api/ws', upgrade)), true);
});

test('[HT32] the body of a request that has been answered may not dribble for long, on any route and without a key', async () => {
  for (const line of [
    'POST /mcp',
    'POST /messages?sessionId=x',
    'POST /sse',
    'POST /health',
    'POST /uploads',
    'GET /',
    'DELETE /mcp',
  ]) {
    await letGo(await connect(head(line, body)), true);
  }
  const { secret } = await hub.newKey('ht32', 'viewer');
  await letGo(await connect(head('PUT /mcp', `${body}Authorization: Bearer ${secret}\r\n`)), true);
});

test('[HT33] a body to the dashboard’s own addresses has a time limit', async () => {
  for (const path of ['/api/login', '/api/logout-all', '/api/none']) {
    await letGo(await connect(head(`POST ${path}`, body)), true);
  }
});

test('[HT34] a download that nobody reads is let go, and so is an upload that falls silent', async () => {
  const origin = { actor: { kind: 'human' } } as const;
  const sizeBytes = 32 * 1024 * 1024;
  await hub.server.files.write(origin, {
    workspace: hub.workspace,
    path: 'large.bin',
    source: 'import',
    content: Buffer.alloc(sizeBytes),
  });
  const key = `Authorization: Bearer ${hub.key}\r\n`;
  const unread = await connect(head(`GET /files/${hub.workspace}/large.bin`, key));
  await letGo(unread);
  expect(unread.peer.bytesRead).toBeLessThan(sizeBytes);
  const upload = await hub.server.uploads.create(origin, {
    workspace: hub.workspace,
    path: 'up.bin',
    sizeBytes: 1_000,
  });
  const patch =
    'Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 1000\r\n';
  await letGo(await connect(head(`PATCH /uploads/${upload.id}`, `${key}${patch}`)));
});

test('[HT34] an upload that fell silent is busy no more: it goes on where it was, and others can be cancelled', async () => {
  const { secret } = await hub.newKey('silent', 'editor');
  const headers = { Authorization: `Bearer ${secret}`, 'Tus-Resumable': '1.0.0' };
  const begin = async (name: string): Promise<string> => {
    const metadata = [`workspace ${btoa(hub.workspace)}`, `path ${btoa(name)}`].join(',');
    const made = await patiently(() =>
      fetch(`${hub.url}/uploads`, {
        method: 'POST',
        headers: { ...headers, 'Upload-Length': '10', 'Upload-Metadata': metadata },
      }),
    );
    expect(made.status).toBe(201);
    const { pathname } = new URL(made.headers.get('location') ?? '', hub.url);
    const patch =
      'Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 10\r\n\r\nabc';
    const lines = `Authorization: Bearer ${secret}\r\n${patch}`;
    await letGo(await connect(`PATCH ${pathname} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines}`));
    return hub.url + pathname;
  };
  const url = await begin('goes-on.txt');
  const status = await patiently(() => fetch(url, { method: 'HEAD', headers }));
  const offset = status.headers.get('upload-offset') ?? '';
  expect(Number(offset)).toBeLessThanOrEqual(3);
  const rest = await patiently(() =>
    fetch(url, {
      method: 'PATCH',
      headers: { ...headers, 'Upload-Offset': offset, 'Content-Type': 'application/offset+octet-stream' },
      body: 'abcdefghij'.slice(Number(offset)),
    }),
  );
  expect([rest.status, rest.headers.get('upload-offset')]).toEqual([204, '10']);
  const end = await begin('ends.txt');
  expect((await patiently(() => fetch(end, { method: 'DELETE', headers }))).status).toBe(204);
  expect([...hub.server.hub.state.uploads.values()].filter(({ path }) => /goes-on|ends/u.test(path))).toEqual([]);
});

test('[HT48] what came while the hub’s process stood still is answered, on a connection that had rested too', async () => {
  const { peer } = await connect(head('GET /health'));
  let answers = '';
  const answered = async (times: number): Promise<void> => {
    while (answers.split('{"status":"ok"}').length <= times) {
      const [piece] = (await once(peer, 'data')) as [Buffer];
      answers += String(piece);
    }
  };
  peer.resume();
  await answered(1);
  peer.write(head('GET /health'));
  // Node adds a second to the time for which a connection may rest.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
  await answered(2);
  await once(peer, 'end');
  peer.destroy();
}, 10_000);

test('[HT35] /mcp/ and /sse/ are served as /mcp and /sse', async () => {
  const posted = await ask(`${hub.url}/mcp/`, {
    headers: bearer(hub.key),
    body: { jsonrpc: '2.0', id: 1, method: 'x' },
  });
  expect([posted.status, posted.json.error?.data?.['code']]).toEqual([400, 'bad_request']);
  expect((await ask(`${hub.url}/sse/`, { headers: bearer(hub.key), body: {} })).status).toBe(405);
});
