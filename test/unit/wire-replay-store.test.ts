import { expect, test } from 'vitest';
import { eventId, parseEventId, ReplayStore } from '../../src/server/mcp/replay-store.ts';

const message = (seq: number, bytes = 10, shared = true, at = seq) => ({
  seq,
  tag: 'e0',
  chunk: Buffer.alloc(bytes),
  at,
  shared,
});

test('[ST20] an event id names its session and place, and nothing else is taken for one', () => {
  const id = eventId('ses_abc', { seq: 12, tag: 'r3' });
  expect(parseEventId(id)).toEqual({ sessionId: 'ses_abc', seq: 12, tag: 'r3' });
  for (const other of ['', '12', 'ses_abc', 'ses_abc.x.e0', 'ses_A.1.e0', 'ses_abc.1.e0\n', 'key_a.1.e0']) {
    expect(parseEventId(other)).toBeUndefined();
  }
});

test('[ST21] what came after a place is replayed in order, once', () => {
  const store = new ReplayStore({ count: 100, bytes: 1e6, ageMs: 1e6 });
  for (let seq = 1; seq <= 5; seq++) store.push(message(seq), true);
  expect(store.after({ seq: 3, tag: 'e0' })?.map(({ seq }) => seq)).toEqual([4, 5]);
  expect(store.after({ seq: 5, tag: 'e0' })).toEqual([]);
  expect(store.after({ seq: 9, tag: 'e0' })).toBeUndefined();
});

test('[ST22] the store is bounded by count, by bytes of its own, and by age', () => {
  const byCount = new ReplayStore({ count: 8, bytes: 1e6, ageMs: 1e6 });
  for (let seq = 1; seq <= 100; seq++) byCount.push(message(seq), true);
  expect(byCount.after({ seq: 93, tag: 'e0' })?.length).toBe(7);
  expect(byCount.after({ seq: 80, tag: 'e0' })).toBeUndefined();
  const byBytes = new ReplayStore({ count: 1000, bytes: 1_000, ageMs: 1e6 });
  for (let seq = 1; seq <= 50; seq++) byBytes.push(message(seq, 100, false), true);
  expect(byBytes.own().length).toBeLessThanOrEqual(10);
  for (let seq = 51; seq <= 60; seq++) byBytes.push(message(seq, 1e5, true), true);
  expect(byBytes.after({ seq: 51, tag: 'e0' })).toHaveLength(9);
  const byAge = new ReplayStore({ count: 1000, bytes: 1e6, ageMs: 100 });
  for (let seq = 1; seq <= 10; seq++) byAge.push(message(seq, 10, true, seq * 50), true);
  byAge.expire(500);
  expect(byAge.after({ seq: 8, tag: 'e0' })).toHaveLength(2);
  expect(byAge.after({ seq: 7, tag: 'e0' })).toBeUndefined();
});

test('[ST23] what no stream was there for is known', () => {
  const store = new ReplayStore({ count: 100, bytes: 1e6, ageMs: 1e6 });
  store.push(message(1), true);
  store.push(message(2), false);
  store.push(message(3), false);
  expect(store.unwritten().map(({ seq }) => seq)).toEqual([2, 3]);
  store.written();
  expect(store.unwritten()).toEqual([]);
});
