import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { peerLimits, Peers } from '../../src/server/http/peers.ts';
import type { Timers } from '../../src/hub/timers.ts';

/** A connection whose peer takes nothing of what waits for it. */
class Stalled extends EventEmitter {
  destroyed = false;
  readonly writableLength = 10;
  readonly writableEnded = false;
  destroy = (): void => void (this.destroyed = true);
}

test('[HT48] the time in which the hub’s own process stood still is not counted against its peers', () => {
  let now = 0;
  let due: (() => void) | undefined;
  const timers: Timers = {
    elapsed: () => now,
    setTimeout: (act) => void (due = act),
    clearTimeout: () => undefined,
  };
  const later = (ms: number): void => {
    now += ms;
    due?.();
  };
  const peers = new Peers(timers, peerLimits);
  const socket = new Stalled();
  peers.watch(socket as unknown as Socket);
  peers.start();
  later(1_250);
  later(60_000); // one look, a minute late
  expect(socket.destroyed).toBe(false);
  for (let n = 0; n < 23; n += 1) later(1_250);
  expect(socket.destroyed).toBe(false);
  later(1_250);
  expect(socket.destroyed).toBe(true);
});
