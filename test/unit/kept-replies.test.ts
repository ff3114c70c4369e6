import { expect, test } from 'vitest';
import type { Timers } from '../../src/hub/timers.ts';
import { KeptReplies } from '../../src/server/mcp/wires/streamable/kept-replies.ts';

const reply = (number: number, bytes = 10) => ({ number, bytes, done: true });

test('[ST26] reply streams that are done are kept within bounds of count, bytes and age, the newest whatever its size', () => {
  const due: (() => void)[] = [];
  const timers = { setTimeout: (callback: () => void) => due.push(callback) } as Partial<Timers> as Timers;
  const kept = new KeptReplies(timers);
  const numbers = (): number[] =>
    Array.from({ length: 30 }, (_, number) => number).filter((number) => kept.get(number));
  const running = { ...reply(0, 1e6), done: false };
  kept.add(running);
  for (let number = 1; number <= 20; number++) {
    kept.add(reply(number));
    kept.done(reply(number));
  }
  expect(numbers()).toEqual([0, ...Array.from({ length: 16 }, (_, index) => index + 5)]);
  kept.add(reply(21, 6e6));
  kept.done(reply(21, 6e6));
  expect(numbers()).toEqual([0, 21]);
  for (const expire of due) expire();
  expect(numbers()).toEqual([0]);
});
