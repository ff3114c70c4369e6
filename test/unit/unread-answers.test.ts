import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type PeerLimits, peerLimits, Peers } from '../../src/server/http/peers.ts';
import { UnreadAnswers } from '../../src/server/http/unread-answers.ts';
import { FakeClock } from '../support/fake-clock.ts';

const MIB = 1024 * 1024;
/** More than the buffers of both systems hold. */
const LARGE = 24 * MIB;

/** A server, and a client that reads only when a test lets it. */
async function pair(): Promise<{
  ask(): Promise<{ response: ServerResponse; reader: net.Socket }>;
  close(): void;
  server: ReturnType<typeof createServer>;
}> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const readers: net.Socket[] = [];
  return {
    server,
    async ask() {
      const reader = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
      reader.on('error', () => undefined);
      reader.pause();
      readers.push(reader);
      reader.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
      const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
      return { response, reader };
    },
    close() {
      for (const reader of readers) reader.destroy();
      server.close();
    },
  };
}

test('[ST34] answers that wait unread have a room for a key and for all; one that has no room becomes a short refusal', async () => {
  const { ask, close } = await pair();
  const unread = new UnreadAnswers({ keyBytes: 2 * LARGE, allBytes: 3 * LARGE });
  const send = async (keyId: string, body = 'x'.repeat(LARGE)) => {
    const asked = await ask();
    let refused = false;
    const refusal = (): string => {
      refused = true;
      return 'no room';
    };
    unread.send({ keyId, response: asked.response, status: 200, headers: {}, body, onSend: () => undefined, refusal });
    return { ...asked, refused };
  };
  const first = await send('key_a');
  expect(first.refused).toBe(false);
  expect((await send('key_a')).refused).toBe(false);
  expect((await send('key_a')).refused).toBe(true);
  expect((await send('key_a', 'short')).refused).toBe(true);
  expect((await send('key_b', 'short')).refused).toBe(false);
  expect((await send('key_c')).refused).toBe(false); // one, whatever its size
  expect(unread.bytes).toBe(3 * LARGE);
  first.response.destroy();
  await once(first.response, 'close');
  expect(unread.bytes).toBe(2 * LARGE);
  expect((await send('key_a')).refused).toBe(false);
  close();
});

test('[HT36] a peer that takes something of what waits is not let go, however slow; one that takes nothing is', async () => {
  const { ask, server, close } = await pair();
  const clock = new FakeClock();
  const peers = new Peers(clock.timers, { ...peerLimits, stallMs: 30_000 } satisfies PeerLimits);
  server.on('connection', (socket) => peers.watch(socket));
  peers.start();
  const { response, reader } = await ask();
  response.end(Buffer.alloc(4 * LARGE));
  const { socket } = response;
  let taken = 0;
  reader.on('data', (piece) => (taken += piece.length));
  for (let turn = 1; turn <= 3; turn++) {
    reader.resume();
    while (taken < turn * LARGE) await once(reader, 'data');
    reader.pause();
    clock.advance(25_000);
    expect(socket?.destroyed).toBe(false);
  }
  clock.advance(45_000);
  expect(socket?.destroyed).toBe(true);
  peers.close();
  close();
});
