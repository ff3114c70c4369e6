import type { Socket } from 'node:net';
import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ReadTurns } from '../../src/server/http/read-turns.ts';

/** As much of a connection as a turn needs. */
class Connection extends EventEmitter {
  destroyed = false;
  #paused = false;
  isPaused = (): boolean => this.#paused;
  pause = (): void => void (this.#paused = true);
  resume = (): void => void (this.#paused = false);
}

function watched(count: number): {
  turns: ReadTurns;
  connections: Connection[];
  read: (n: number, times: number) => void;
} {
  const turns = new ReadTurns();
  const connections = Array.from({ length: count }, () => new Connection());
  for (const each of connections) turns.watch(each as unknown as Socket);
  const read = (n: number, times: number): void => {
    for (let time = 0; time < times; time++) turns.arrived(connections[n] as unknown as Socket);
  };
  return { turns, connections, read };
}

const paused = (connections: readonly Connection[]): boolean[] => connections.map((each) => each.isPaused());

test('[HT46] a pass of the loop that has read many requests reads no other connection', async () => {
  const { connections, read } = watched(3);
  read(0, 200);
  expect(paused(connections)).toEqual([false, false, false]);
  read(1, 200);
  // What has been read of the one whose turn it is, is in Node's hands already.
  expect(paused(connections)).toEqual([true, false, true]);
  await nextTurn();
  // Of the third nothing was read: it goes first.
  expect(paused(connections)).toEqual([true, false, false]);
  await nextTurn();
  expect(paused(connections)).toEqual([false, false, false]);
});

test('[HT46] who waits is read in the pass after next at the latest, however fast the others are', async () => {
  const { connections, read } = watched(3);
  for (let pass = 0; pass < 5; pass++) {
    read(0, 256);
    await nextTurn();
    expect(paused(connections).slice(1)).toEqual([false, false]);
    read(1, 256);
    await nextTurn();
    expect(connections[2]?.isPaused()).toBe(false);
  }
});

test('[HT46] a connection that others have stopped is left to them, and one that is gone is left alone', async () => {
  const { connections, read } = watched(3);
  connections[1]?.pause();
  read(0, 256);
  Object.assign(connections[2] ?? {}, { destroyed: true });
  await nextTurn();
  expect(paused(connections)).toEqual([false, true, true]);
});
