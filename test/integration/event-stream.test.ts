import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { EventStream } from '../../src/server/mcp/stream/event-stream.ts';

test('[BC22] a stream that has ended closes when its reader stands still for 5 s, whatever it left unread', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reader = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.pause();
  reader.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const { socket } = response;
  const stream = new EventStream(response, { queueCapBytes: 64 * 1024 * 1024, onEnd: () => undefined });
  // More than the system holds for a reader that takes none of it.
  while (stream.queuedBytes < 1024 * 1024) stream.writeText(`: ${'x'.repeat(1024 * 1024)}\n\n`);
  stream.end('Enough.');
  expect(socket).toMatchObject({ destroyed: false, timeout: 5_000 });
  const closed = socket && once(socket, 'close');
  socket?.emit('timeout'); // as after 5 s in which nothing was taken
  await closed;
  reader.destroy();
  server.close();
});
