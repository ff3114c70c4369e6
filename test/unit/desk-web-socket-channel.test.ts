import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Push } from '../../src/server/desk/channel/push.ts';
import { WebSocketChannel } from '../../src/server/desk/channel/web-socket-channel.ts';
import { FakeClock } from '../support/fake-clock.ts';

let server: Server;
let sockets: WebSocketServer;
beforeAll(async () => {
  server = createServer().listen(0, '127.0.0.1');
  sockets = new WebSocketServer({ server, perMessageDeflate: false });
  await once(server, 'listening');
});
afterAll(() => {
  for (const socket of sockets.clients) socket.terminate();
  server.close();
});

async function pair(queueBytes?: number, autoPong = true) {
  const clock = new FakeClock();
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { autoPong });
  const [socket] = (await once(sockets, 'connection')) as [WebSocket];
  if (client.readyState !== client.OPEN) await once(client, 'open');
  const channel = new WebSocketChannel(socket, {
    timers: clock.timers,
    ...(queueBytes === undefined ? {} : { queueBytes }),
  });
  const reason = new Promise<string>((resolve) => channel.onClose(resolve));
  return { clock, client, socket, channel, reason };
}

test('[DB20] a push made once arrives as the same text as a message of its own', async () => {
  const { client, channel } = await pair();
  const push = new Push('events', [[{ seq: 1 }]], () => '[[{"seq":1}]]');
  channel.push(push);
  const [data] = (await once(client, 'message')) as [Buffer, boolean];
  expect(JSON.parse(data.toString())).toEqual(push.message);
  expect(push.text).toBe(push.text);
  client.terminate();
});

test('[DB21] a reader that lets too much gather is cut off with the reason', async () => {
  const { client, channel, reason } = await pair(1024 * 1024);
  client.pause();
  const megabyte = new Push('ticks', ['x'.repeat(1024 * 1024)]);
  let sent = 0;
  const closes: string[] = [];
  channel.onClose((why) => closes.push(why));
  for (; sent < 200 && closes.length === 0; sent++) {
    channel.push(megabyte);
  }
  expect(await reason).toBe('slow_reader');
  expect(sent).toBeLessThan(100);
  channel.push(megabyte); // is not sent any more
  client.resume();
  const [code, why] = (await once(client, 'close')) as [number, Buffer];
  expect([code, why.toString()]).toEqual([4008, 'slow_reader']);
});

test('[DB21] an answer larger than the cap does not count as slow', async () => {
  const { client, channel } = await pair(1024);
  channel.post('x'.repeat(16 * 1024 * 1024));
  channel.push(new Push('pulse', []));
  const sizes: number[] = [];
  await new Promise<void>((resolve) => {
    client.on('message', (data: Buffer) => {
      sizes.push(data.length);
      if (sizes.length === 2) resolve();
    });
  });
  expect(sizes[0]).toBe(16 * 1024 * 1024 + 2);
  client.terminate();
});

test('[DB22] a peer that answers pings stays, one that does not is let go', async () => {
  const alive = await pair();
  for (let n = 0; n < 3; n++) {
    const pong = once(alive.socket, 'pong');
    alive.clock.advance(5_000);
    await pong;
  }
  expect(alive.socket.readyState).toBe(alive.socket.OPEN);
  alive.client.terminate();
  expect(await alive.reason).toBe('closed_1006');

  const dead = await pair(undefined, false);
  dead.clock.advance(10_000);
  expect(await dead.reason).toBe('unresponsive');
});

test('[DB22] a hub that stood still has not read what its peers answered, and lets none of them go', async () => {
  const { clock, channel, client, reason } = await pair(undefined, false);
  let why: string | undefined;
  channel.onClose((given) => (why = given));
  clock.advance(5_000); // the first ping
  clock.stall(60_000);
  expect(why).toBeUndefined();
  clock.advance(5_000);
  expect(await reason).toBe('unresponsive'); // this time it was the peer
  client.terminate();
});

test('[DB23] what is not JSON text ends the channel with bad_request', async () => {
  for (const message of ['{', Buffer.from([1, 2])]) {
    const { client, reason } = await pair();
    client.send(message);
    const [code] = (await once(client, 'close')) as [number];
    expect([code, await reason]).toEqual([4000, 'bad_request']);
  }
});

test('[DB24] a closed channel hands over what was queued; a peer that does not take it is dropped in time', async () => {
  const { clock, client, channel, reason } = await pair();
  channel.post('last words');
  channel.close();
  expect(await reason).toBe('hub_closed');
  const [data] = (await once(client, 'message')) as [Buffer];
  expect(data.toString()).toBe('"last words"');
  await once(client, 'close');

  const stuck = await pair();
  stuck.client.pause();
  stuck.channel.close();
  const gone = once(stuck.socket, 'close');
  stuck.clock.advance(2_000);
  await gone;
  stuck.client.terminate();
  clock.advance(2_000);
});
