import { expect, test } from 'vitest';
import { PagedList } from '../../src/dashboard/paging/paged-list.ts';
import { HubError } from '../../src/protocol/errors.ts';

/** A list of numbers on a clock that moves only when a test moves it. */
function setup(count: number, pageSize = 3) {
  let now = 0;
  const timers: { at: number; run: () => void }[] = [];
  const source = {
    items: Array.from({ length: count }, (_, i) => i),
    problem: undefined as HubError | undefined,
    reads: 0,
    takesMs: 0,
  };
  const list = new PagedList<number>({
    pageSize,
    now: () => now,
    setTimeout: (run, ms) => timers.push({ at: now + ms, run }),
    clearTimeout: () => timers.splice(0),
    fetch: ({ cursor, limit }) => {
      source.reads += 1;
      now += source.takesMs;
      if (source.problem) return Promise.reject(source.problem);
      const from = Number(cursor ?? 0);
      const to = from + limit;
      return Promise.resolve({
        items: source.items.slice(from, to),
        ...(to < source.items.length ? { nextCursor: String(to) } : {}),
      });
    },
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const advance = async (ms: number): Promise<void> => {
    now += ms;
    for (const { run } of timers.splice(0).filter(({ at }) => at <= now)) run();
    await settled();
  };
  return { list, source, settled, advance };
}

test('[UX7] a list is read by page, and again as far as it had been read', async () => {
  const { list, source, settled, advance } = setup(8);
  list.refresh();
  await settled();
  expect(list.current()).toMatchObject({ items: [0, 1, 2], status: 'ready', hasMore: true });
  list.loadMore();
  list.loadMore();
  await settled();
  expect(list.current().items).toEqual([0, 1, 2, 3, 4, 5]);
  source.items = [9, ...source.items];
  list.refresh();
  await advance(1_000);
  expect(list.current().items).toEqual([9, 0, 1, 2, 3, 4]);
  list.loadMore();
  await settled();
  expect(list.current()).toMatchObject({ items: [9, 0, 1, 2, 3, 4, 5, 6, 7], hasMore: false });
});

test('[UX7] a flood of changes costs few readings, and the last change is always read', async () => {
  const { list, source, settled, advance } = setup(2);
  list.refresh();
  await settled();
  for (let i = 0; i < 50; i += 1) list.refresh();
  await settled();
  expect(source.reads).toBe(1);
  source.items = [7];
  await advance(1_000);
  expect([source.reads, list.current().items]).toEqual([2, [7]]);
});

test('[UX7] after a read that took long, as on a stalled disk, the next one comes within seconds', async () => {
  const { list, source, settled, advance } = setup(1);
  source.takesMs = 20_000;
  list.refresh();
  await settled();
  source.items = [7];
  list.refresh();
  await advance(5_000);
  expect(list.current().items).toEqual([7]);
});

test('[UX7] when reading fails the old items stay, with the reason', async () => {
  const { list, source, settled, advance } = setup(2);
  list.refresh();
  await settled();
  source.problem = new HubError('storage_failed', 'No.');
  list.refresh();
  await advance(1_000);
  expect(list.current()).toMatchObject({ items: [0, 1], status: 'failed', error: { code: 'storage_failed' } });
  source.problem = undefined;
  list.refresh();
  await advance(1_000);
  expect(list.current()).toMatchObject({ status: 'ready', error: undefined });
});
