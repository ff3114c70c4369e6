import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { EventStream } from '../../src/server/mcp/stream/event-stream.ts';

const MIB = 1024 * 1024;

/** A stream whose reader takes nothing, and of which more waits than the system holds. */
async function unreadStream(): Promise<{ stream: EventStream; reader: net.Socket; socket: net.Socket; close(): void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reader = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.pause();
  reader.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const { socket } = response;
  if (!socket) throw new Error('There should be a connection');
  const stream = new EventStream(response, { queueCapBytes: 64 * MIB, onEnd: () => undefined });
  while (stream.queuedBytes < MIB) stream.writeText(`: ${'x'.repeat(MIB)}\n\n`);
  const close = (): void => {
    reader.destroy();
    server.close();
  };
  return { stream, reader, socket, close };
}

test('[BC22] a stream that has ended closes when its reader stands still for 5 s, whatever it left unread', async () => {
  const { stream, socket, close } = await unreadStream();
  const endedAt = performance.now();
  stream.end('Enough.');
  expect(socket.destroyed).toBe(false);
  await once(socket, 'close');
  const seconds = (performance.now() - endedAt) / 1000;
  expect(seconds).toBeGreaterThan(4.9);
  expect(seconds).toBeLessThan(15);
  close();
});

test('[BC22] a reader that takes the rest of a stream that has ended gets all of it, and then the end', async () => {
  const { stream, reader, close } = await unreadStream();
  stream.end('Enough.');
  let received = 0;
  let tail = '';
  reader.on('data', (piece) => {
    received += piece.length;
    tail = (tail + piece.toString('latin1')).slice(-5);
  });
  reader.resume();
  await once(reader, 'end');
  expect(received).toBeGreaterThan(MIB);
  expect(tail).toBe('0\r\n\r\n'); // the last chunk of a body that is whole
  close();
});
