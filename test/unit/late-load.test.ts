import { expect, test } from 'vitest';
import { LateLoad } from '../../src/server/late-load.ts';

test('[HT47] what failed to load is loaded again for the next who asks, and once for all who ask meanwhile', async () => {
  let tries = 0;
  const late = new LateLoad(async () => {
    tries += 1;
    await Promise.resolve();
    if (tries === 1) throw new Error('too many open files');
    return 'loaded';
  });
  expect(late.asked).toBe(undefined);
  const both = await Promise.allSettled([late.get(), late.get()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([tries, late.asked]).toEqual([1, undefined]);
  expect(await Promise.all([late.get(), late.get(), late.asked])).toEqual(['loaded', 'loaded', 'loaded']);
  expect(tries).toBe(2);
});
