import { once } from 'node:events';
import { createServer } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answersToBodies } from '../../src/server/http/unread-bodies.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';
import { initialize } from '../support/wire-client.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

/** A connection, and all that has come on it. */
function connect() {
  const socket = net.connect({ port: Number(new URL(hub.url).port), host: '127.0.0.1', allowHalfOpen: true });
  const got = { text: '', error: undefined as Error | undefined };
  socket.on('error', (error) => (got.error = error));
  socket.on('data', (bytes: Buffer) => (got.text += bytes.toString('latin1')));
  return { socket, got };
}

const answers = (text: string): string[] => text.match(/HTTP\/1\.1 \d+/gu) ?? [];
const head = (line: string, more: string): string => `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}\r\n`;
const json = 'Content-Type: application/json\r\n';
const inner = head('GET /health', '');

test.each([
  ['POST /mcp', '401'],
  ['POST /messages?sessionId=x', '401'],
  ['POST /sse', '405'],
  ['PUT /health', '405'],
  ['POST /register', '400'],
  ['POST /.well-known/openid-configuration', '404'],
  ['PATCH /uploads/upl_x', '412'],
  ['POST /api/none', '40'],
])('[HT44] %s that is refused with its body unread is the last request of its connection', async (line, status) => {
  const { socket, got } = connect();
  const ended = once(socket, 'end');
  socket.write(head(line, `${json}Content-Length: ${inner.length * 2}\r\n`) + inner);
  await ended;
  expect(answers(got.text)).toEqual([expect.stringContaining(`HTTP/1.1 ${status}`)]);
  expect(got.text).toMatch(/^connection: close\r$/imu);
  // The rest of the body is thrown away, and what comes behind it is not served.
  const closed = once(socket, 'close');
  socket.write(inner + inner);
  socket.end();
  await closed;
  expect(answers(got.text)).toHaveLength(1);
});

test('[HT44] a client that sends all of a large body before it reads gets the refusal, and no reset', async () => {
  const { socket, got } = connect();
  socket.pause();
  const body = Buffer.alloc(8 * 1024 * 1024, 'x');
  socket.write(head('POST /mcp', `${json}Content-Length: ${body.length}\r\n`));
  await new Promise<void>((resolve, reject) => socket.write(body, (error) => (error ? reject(error) : resolve())));
  const ended = once(socket, 'end');
  socket.resume();
  await ended;
  expect(got.text).toMatch(/^HTTP\/1\.1 401 /u);
  expect(got.error).toBeUndefined();
  socket.end();
});

test('[HT44] a connection whose bodies are read goes on', async () => {
  const { socket, got } = connect();
  const text = JSON.stringify(initialize());
  const key = `Authorization: Bearer ${hub.key}\r\nAccept: application/json, text/event-stream\r\n`;
  for (let n = 1; n <= 3; n++) {
    socket.write(head('POST /mcp', `${json}${key}Content-Length: ${Buffer.byteLength(text)}\r\n`) + text);
    while (answers(got.text).length < n) await once(socket, 'data');
  }
  expect(got.text).not.toMatch(/^connection: close\r$/imu);
  socket.destroy();
});

test('[HT44] for a body that has come by the time of its answer nothing is set up', async () => {
  const unread: string[] = [];
  const listeners: number[] = [];
  const ServerResponse = answersToBodies(({ url }) => unread.push(String(url)));
  await using server = createServer({ ServerResponse }, (request, response) => {
    const before = response.listenerCount('prefinish');
    const answer = (): void => {
      response.writeHead(200);
      listeners.push(response.listenerCount('prefinish') - before);
      response.end();
    };
    if (request.url === '/at-once') answer();
    else request.on('end', answer).resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ['/when-read', '/at-once']) await fetch(url + path, { method: 'POST', body: 'text' });
  expect(unread).toEqual(['/at-once']);
  expect(listeners).toEqual([0, 1]);
});
