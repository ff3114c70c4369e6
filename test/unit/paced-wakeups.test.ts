import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PacedWakeups } from '../../src/server/mcp/catalogue/call/paced-wakeups.ts';

test('[TL84] calls that wait for one event go on a few at a time, in order', async () => {
  const wakeups = new PacedWakeups();
  const woken: number[] = [];
  const all = Array.from({ length: 1000 }, (_, n) => wakeups.turn().then(() => woken.push(n)));
  const counts: number[] = [];
  while (woken.length < 1000) {
    const before = woken.length;
    await nextTurn();
    counts.push(woken.length - before);
  }
  await Promise.all(all);
  expect(Math.max(...counts)).toBeLessThanOrEqual(64); // a turn's own, and those of the turn that it began in
  expect(woken).toEqual(Array.from({ length: 1000 }, (_, n) => n));
});
