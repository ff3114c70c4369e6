import { expect, test } from 'vitest';
import { KeepAlive } from '../../src/server/mcp/stream/keep-alive.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('[BC6] the keep-alive turns again and again, for each stream until it is taken off', () => {
  const clock = new FakeClock();
  const keepAlive = new KeepAlive(clock, 10_000);
  const pings: Record<string, number[]> = { one: [], two: [] };
  const began = clock.now();
  const add = (name: string) => keepAlive.add({ keepAlive: (at) => pings[name]?.push(at - began) });
  const stopOne = add('one');
  add('two');
  clock.advance(9_999);
  expect(pings).toEqual({ one: [], two: [] });
  clock.advance(20_001);
  expect(pings).toEqual({ one: [10_000, 20_000, 30_000], two: [10_000, 20_000, 30_000] });
  stopOne();
  clock.advance(10_000);
  expect(pings['one']).toHaveLength(3);
  expect(pings['two']).toHaveLength(4);
  keepAlive.close();
  clock.advance(60_000);
  expect(pings['two']).toHaveLength(4);
});
