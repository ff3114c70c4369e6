import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RequestTurns } from '../../src/server/http/request-turns.ts';

type Connection = Socket & { isPaused: boolean };

/** As much of a connection as a turn needs. */
function connection(): Connection {
  const socket = {
    destroyed: false,
    isPaused: false,
    pause: () => void (socket.isPaused = true),
    resume: () => void (socket.isPaused = false),
  };
  return socket as unknown as Connection;
}

function busyFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const COUNT = 300;
const EACH_MS = 1;

test('[HT45] requests that arrive together are served in turns, in order, and others have theirs in between', async () => {
  const turns = new RequestTurns();
  const served: number[] = [];
  const sockets = Array.from({ length: COUNT }, connection);
  for (const [n, socket] of sockets.entries())
    turns.run(socket, () => {
      served.push(n);
      void Promise.resolve().then(() => busyFor(EACH_MS)); // most of what a request does comes after its handler
      busyFor(EACH_MS);
    });
  expect(served.length).toBeLessThan(50);
  await new Promise((resolve) => process.nextTick(resolve));
  expect(sockets.filter(({ isPaused }) => isPaused)).toHaveLength(COUNT - served.length);
  const counts: number[] = [];
  while (served.length < COUNT) {
    const before = served.length;
    await nextTurn();
    counts.push(served.length - before);
  }
  expect(served).toEqual(Array.from({ length: COUNT }, (_, n) => n));
  expect(sockets.every(({ isPaused }) => !isPaused)).toBe(true);
  // Ten ms of requests that take two each, and the one that was begun last.
  expect(Math.max(...counts)).toBeLessThanOrEqual(12);
});

test('[HT45] who sends many ahead does not keep others waiting for all of them', async () => {
  const turns = new RequestTurns();
  const served: string[] = [];
  const [first, greedy, other] = [connection(), connection(), connection()];
  turns.run(first, () => busyFor(20));
  for (let n = 0; n < 200; n++) expect(turns.run(greedy, () => void served.push(`greedy ${n}`))).toBe(true);
  turns.run(other, () => void served.push('other'));
  while (served.length < 201) await nextTurn();
  expect(served.slice(0, 3)).toEqual(['greedy 0', 'other', 'greedy 1']);
  expect(served.at(-1)).toBe('greedy 199');
});

test('[HT45] of one connection no more wait than one read of it brings', () => {
  const turns = new RequestTurns();
  turns.run(connection(), () => busyFor(20));
  const greedy = connection();
  const taken = Array.from({ length: 300 }, () => turns.run(greedy, () => undefined));
  expect(taken.filter(Boolean)).toHaveLength(256);
});

test('[HT45] one that arrives alone is served at once; one whose connection is gone is not served', async () => {
  const turns = new RequestTurns();
  const served: string[] = [];
  turns.run(connection(), () => void served.push('alone'));
  expect(served).toEqual(['alone']);
  turns.run(connection(), () => busyFor(20));
  const gone = connection();
  turns.run(gone, () => void served.push('gone'));
  turns.run(connection(), () => void served.push('after'));
  Object.assign(gone, { destroyed: true });
  while (!served.includes('after')) await nextTurn();
  expect(served).toEqual(['alone', 'after']);
});
