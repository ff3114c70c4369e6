import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { EventStream } from '../../src/server/mcp/stream/event-stream.ts';
import { QueueRoom } from '../../src/server/queue-room.ts';

const MIB = 1024 * 1024;
const counted = { keyId: 'key_1', queues: new QueueRoom({ keyBytes: 1e9, allBytes: 1e9 }) };

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
  const stream = new EventStream(response, { ...counted, queueCapBytes: 64 * MIB, onEnd: () => undefined });
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

test('[LM5] what waits on a stream that has ended counts until it is read, and can be cut off', async () => {
  const { stream, socket, close } = await unreadStream();
  const waiting = (): number => counted.queues.ofKeys().get('key_1') ?? 0;
  expect(waiting()).toBeGreaterThan(0);
  stream.end('Enough.');
  expect(waiting()).toBeGreaterThan(0);
  stream.cut('Too much waits.');
  expect([waiting(), socket.destroyed]).toEqual([0, true]);
  close();
});

test('[BC28] answers that were asked for do not make a reader a slow one, nor does what waits while it takes some', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reader = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.pause();
  reader.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  let ended: string | undefined;
  const stream = new EventStream(response, { ...counted, queueCapBytes: MIB, onEnd: (reason) => (ended = reason) });
  // One answer of more than the cap, and the next event at once: nobody could have read it by then.
  stream.answer(Buffer.from(`${(5 * MIB).toString(16)}\r\n${'x'.repeat(5 * MIB)}\r\n`));
  expect(stream.queuedBytes).toBeGreaterThan(MIB);
  for (let n = 0; n < 20; n += 1) stream.writeText(`: event ${n}\n\n`);
  expect([stream.open, ended]).toEqual([true, undefined]);
  let tail = '';
  reader.on('data', (piece) => (tail = (tail + piece.toString('latin1')).slice(-20)));
  reader.resume();
  await stream.drained();
  await expect.poll(() => tail, { interval: 10, timeout: 60_000 }).toContain(': event 19');
  // More than the cap of events: who takes nothing for some seconds is cut off, who has just begun to leave them is not.
  reader.pause();
  while (stream.open && stream.queuedBytes < 1.5 * MIB) stream.writeText(`: ${'x'.repeat(MIB / 8)}\n\n`);
  expect([stream.open, ended]).toEqual([true, undefined]);
  while (stream.open) stream.writeText(`: ${'x'.repeat(MIB / 8)}\n\n`);
  expect(ended).toContain('read too slowly');
  reader.destroy();
  server.close();
});

test('[BC29] streams that follow each other on a connection leave nothing on it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reader = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  const counts: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    reader.pause();
    reader.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
    const { socket } = response;
    const options = { ...counted, queueCapBytes: 64 * MIB, keepConnection: true, onEnd: () => undefined };
    const stream = new EventStream(response, options);
    while (stream.queuedBytes < MIB) stream.writeText(`: ${'x'.repeat(MIB)}\n\n`); // behind, so that it waits for a drain
    reader.resume();
    await stream.drained();
    stream.end('Done.');
    await once(response, 'close');
    counts.push(socket?.listenerCount('drain') ?? -1);
  }
  expect(new Set(counts)).toEqual(new Set([counts[0]]));
  reader.destroy();
  server.close();
});
