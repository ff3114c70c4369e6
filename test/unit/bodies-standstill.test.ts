import { createServer, type IncomingMessage } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { HubError } from '../../src/protocol/errors.ts';
import { readBody } from '../../src/server/http/body.ts';
import { peerLimits, Peers } from '../../src/server/http/peers.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A request of which the head and a part of the body have come, and what sends the rest. */
async function begun(): Promise<{ request: IncomingMessage; send: (text: string) => void }> {
  const arrived = Promise.withResolvers<IncomingMessage>();
  const server = createServer((request) => arrived.resolve(request));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const peer = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  peer.on('error', () => undefined);
  onTestFinished(() => {
    peer.destroy();
    server.close();
  });
  peer.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nhalf');
  return { request: await arrived.promise, send: (text) => void peer.write(text) };
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('[HT56] a hub that stood still gives the rest of a message’s body its time', async () => {
  const clock = new FakeClock();
  const limits = { capBytes: 100, timeoutMs: 30_000, timers: clock.timers };
  const first = await begun();
  const text = readBody(first.request, limits);
  await turn();
  clock.stall(60_000);
  first.send('rest');
  expect(await text).toBe('halfrest');

  const second = await begun();
  const late = readBody(second.request, limits);
  await turn();
  clock.advance(15_000);
  clock.stall(60_000);
  let answered: string | HubError | undefined;
  void late.then((answer) => (answered = answer));
  clock.advance(14_000);
  await turn();
  expect(answered).toBe(undefined);
  clock.advance(1_000);
  expect(await late).toMatchObject({ code: 'timeout' });
});

test('[HT56] nor does it end an upload for its own silence, or a body of the dashboard', async () => {
  const clock = new FakeClock();
  const peers = new Peers(clock.timers, peerLimits);
  const upload = await begun();
  upload.request.resume();
  peers.limitSilence(upload.request);
  const call = await begun();
  call.request.resume();
  peers.limitApiBody(call.request);
  await turn(); // what came with the head is read
  for (let n = 0; n < 3; n += 1) clock.stall(300_000);
  expect([upload.request.destroyed, call.request.destroyed]).toEqual([false, false]);
  clock.advance(peerLimits.apiBodyMs);
  expect([upload.request.destroyed, call.request.socket.destroyed]).toEqual([false, true]);
  clock.advance(peerLimits.uploadSilenceMs - peerLimits.apiBodyMs);
  expect(upload.request.destroyed).toBe(true);
});

test('[HT34] an upload lasts for as long as something comes', async () => {
  const clock = new FakeClock();
  const { request, send } = await begun();
  const read: string[] = [];
  request.on('data', (bytes: Buffer) => read.push(String(bytes)));
  new Peers(clock.timers, peerLimits).limitSilence(request);
  for (const letter of 'res') {
    clock.advance(peerLimits.uploadSilenceMs * 0.9);
    send(letter);
    while (!read.includes(letter)) await turn();
  }
  expect(request.destroyed).toBe(false);
  clock.advance(peerLimits.uploadSilenceMs * 1.25);
  expect(request.destroyed).toBe(true);
});
