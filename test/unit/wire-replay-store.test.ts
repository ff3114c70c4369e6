import { expect, test } from 'vitest';
import { eventId, ownChunk, parseEventId, type Kept, type OwnMessage } from '../../src/server/mcp/replay/kept.ts';
import { resultText } from '../../src/server/mcp/rpc/rpc.ts';
import { AnswerRoom } from '../../src/server/mcp/replay/answer-room.ts';
import { ReplayStore } from '../../src/server/mcp/replay/replay-store.ts';
import type { RpcId } from '../../src/protocol/json-rpc.ts';

const message = (seq: number, bytes = 10, shared = true, at = seq): Kept => {
  const place = { seq, tag: 'e0', bytes, at };
  return shared
    ? { ...place, shared, chunk: Buffer.alloc(bytes), frame: { kind: 'notification' } }
    : { ...place, shared, json: 'x'.repeat(bytes) };
};

const reader = { open: true, unreadBytes: 0 };

test('[ST20] an event id names its session and place, and nothing else is taken for one', () => {
  const id = eventId('ses_abc', { seq: 12, tag: 'r3' });
  expect(parseEventId(id)).toEqual({ sessionId: 'ses_abc', seq: 12, tag: 'r3' });
  for (const other of ['', '12', 'ses_abc', 'ses_abc.x.e0', 'ses_A.1.e0', 'ses_abc.1.e0\n', 'key_a.1.e0']) {
    expect(parseEventId(other)).toBeUndefined();
  }
});

test('[ST21] what came after a place is replayed in order, once', () => {
  const store = new ReplayStore(
    'ses_a',
    'key_a',
    { count: 100, bytes: 1e6, ageMs: 1e6 },
    new AnswerRoom({ keyBytes: 1e6, allBytes: 1e6 }),
  );
  for (let seq = 1; seq <= 5; seq++) store.push(message(seq), reader);
  expect(store.after({ seq: 3, tag: 'e0' })?.map(({ seq }) => seq)).toEqual([4, 5]);
  expect(store.after({ seq: 5, tag: 'e0' })).toEqual([]);
  expect(store.after({ seq: 9, tag: 'e0' })).toBeUndefined();
});

test('[ST22] the store is bounded by count, by bytes of its own, and by age', () => {
  const byCount = new ReplayStore(
    'ses_a',
    'key_a',
    { count: 8, bytes: 1e6, ageMs: 1e6 },
    new AnswerRoom({ keyBytes: 1e6, allBytes: 1e6 }),
  );
  for (let seq = 1; seq <= 100; seq++) byCount.push(message(seq), reader);
  expect(byCount.after({ seq: 93, tag: 'e0' })?.length).toBe(7);
  expect(byCount.after({ seq: 80, tag: 'e0' })).toBeUndefined();
  const byBytes = new ReplayStore(
    'ses_a',
    'key_a',
    { count: 1000, bytes: 1_000, ageMs: 1e6 },
    new AnswerRoom({ keyBytes: 1e6, allBytes: 1e6 }),
  );
  for (let seq = 1; seq <= 50; seq++) byBytes.push(message(seq, 100, false), reader);
  expect(byBytes.own().length).toBeLessThanOrEqual(10);
  for (let seq = 51; seq <= 60; seq++) byBytes.push(message(seq, 1e5, true), reader);
  expect(byBytes.after({ seq: 51, tag: 'e0' })).toHaveLength(9);
  const byAge = new ReplayStore(
    'ses_a',
    'key_a',
    { count: 1000, bytes: 1e6, ageMs: 100 },
    new AnswerRoom({ keyBytes: 1e6, allBytes: 1e6 }),
  );
  for (let seq = 1; seq <= 10; seq++) byAge.push(message(seq, 10, true, seq * 50), reader);
  byAge.expire(500, undefined);
  expect(byAge.after({ seq: 8, tag: 'e0' })).toHaveLength(2);
  expect(byAge.after({ seq: 7, tag: 'e0' })).toBeUndefined();
});

test('[ST23] what no stream was there for is known', () => {
  const store = new ReplayStore(
    'ses_a',
    'key_a',
    { count: 100, bytes: 1e6, ageMs: 1e6 },
    new AnswerRoom({ keyBytes: 1e6, allBytes: 1e6 }),
  );
  store.push(message(1), reader);
  store.push(message(2), undefined);
  store.push(message(3), undefined);
  expect(store.unread().map(({ seq }) => seq)).toEqual([2, 3]);
  store.markAllRead();
  expect(store.unread()).toEqual([]);
});

const limits = { count: 8, bytes: 1_000, ageMs: 100 };

/** A message of the session's own as it is kept. */
const own = (tag: string, json: string, answers?: RpcId): OwnMessage => {
  const position = { seq: 7, tag };
  const bytes = ownChunk('ses_a', position, json).length;
  return { ...position, json, bytes, at: 0, shared: false, answers };
};
const answer = (id: RpcId, bytes = 10): OwnMessage =>
  own(`r${String(id)}`, resultText(id, { text: 'x'.repeat(bytes) }), id);
/** What is written on the stream for a kept message. */
const textOf = (kept: Kept | undefined): string =>
  kept?.shared === false ? ownChunk('ses_a', kept, kept.json).toString() : String(kept?.chunk);
const tagsOf = (store: ReplayStore): string[] => store.unread().map(({ tag }) => tag);

test('[ST24] an answer that nobody has read outlives the bounds of count, bytes and age; notices do not', () => {
  const store = new ReplayStore('ses_a', 'key_a', limits, new AnswerRoom({ keyBytes: 1e6, allBytes: 1e6 }));
  store.push(answer(1, 2_000), undefined);
  store.push(answer(2), undefined);
  for (let seq = 8; seq <= 40; seq++) store.push(message(seq), undefined);
  expect(tagsOf(store).slice(0, 2)).toEqual(['r1', 'r2']);
  expect(store.unread().length).toBeLessThanOrEqual(2 + 10);
  store.expire(1_000, undefined);
  expect(tagsOf(store)).toEqual(['r1', 'r2']);
  store.markRead(store.unread());
  expect(store.unread()).toEqual([]);
});

test('[ST24] what a slow reader has not taken when it is cut off counts as unread', () => {
  const store = new ReplayStore('ses_a', 'key_a', limits, new AnswerRoom({ keyBytes: 1e6, allBytes: 1e6 }));
  let unreadBytes = 0;
  const slow = {
    open: true,
    get unreadBytes() {
      return unreadBytes;
    },
  };
  for (const id of [1, 2, 3, 4]) {
    const kept = answer(id, 2_000);
    if (id > 1) unreadBytes += kept.bytes;
    store.push(kept, slow);
  }
  expect(tagsOf(store)).toEqual(['r2', 'r3', 'r4']);
  store.markReadExcept(unreadBytes - 2_500); // it took one more, and a part of the next
  expect(tagsOf(store)).toEqual(['r3', 'r4']);
  store.markAllRead();
  expect(tagsOf(store)).toEqual([]);
});

test('[ST24] what a stalled reader has not taken when it is too old counts as unread', () => {
  const store = new ReplayStore('ses_a', 'key_a', limits, new AnswerRoom({ keyBytes: 1e6, allBytes: 1e6 }));
  const stalled = { open: true, unreadBytes: 0 };
  store.push(answer(1), stalled);
  const kept = answer(2, 500);
  store.push(kept, stalled);
  stalled.unreadBytes = kept.bytes;
  store.expire(1_000, stalled);
  expect(tagsOf(store)).toEqual(['r2']);
  stalled.unreadBytes = 0;
  store.markReadExcept(stalled.unreadBytes);
  expect(tagsOf(store)).toEqual([]);
});

test('[ST25] where unread answers take too much room, who has most of it loses its oldest and gets an error instead', () => {
  const room = new AnswerRoom({ keyBytes: 10_000, allBytes: 10_000 });
  const [greedy, modest] = [
    new ReplayStore('ses_a', 'key_a', limits, room),
    new ReplayStore('ses_a', 'key_a', limits, room),
  ];
  modest.push(answer('mo"dest,', 1_500), undefined);
  for (const id of [1, 2, 3, 4, 5, 6]) greedy.push(answer(id, 1_500), undefined);
  expect(textOf(modest.unread()[0])).toContain('xxx');
  const texts = greedy.unread().map(textOf);
  const [first = ''] = texts;
  const json: unknown = JSON.parse(/data: (.*)\n/u.exec(first)?.[1] ?? '');
  expect(json).toMatchObject({ id: 1, error: { code: -32_000, data: { code: 'gone' } } });
  expect(first).toMatch(/^[0-9a-f]+\r\nid: ses_a\.7\.r1\nevent: message\n/u);
  expect(texts.at(-1)).toContain('xxx');
  expect(texts.reduce((sum, text) => sum + text.length, 0)).toBeLessThan(10_000);
  // What is given back is there for others.
  greedy.close();
  for (const id of [7, 8, 9, 10]) modest.push(answer(id, 1_500), undefined);
  expect(modest.unread().every((kept) => textOf(kept).includes('xxx'))).toBe(true);
  // Errors are bounded too.
  for (let id = 100; id < 200; id++) modest.push(answer(id, 1_500), undefined);
  expect(modest.unread().reduce((sum, kept) => sum + textOf(kept).length, 0)).toBeLessThan(10_000);
});

test('[ST25] an answer is not given up for an error that takes as much room', () => {
  const count = 12;
  const store = new ReplayStore('ses_a', 'key_a', limits, new AnswerRoom({ keyBytes: 10_000, allBytes: 10_000 }));
  for (let id = 1; id <= count; id++) store.push(answer(id), undefined);
  store.expire(1_000, undefined);
  store.push(answer(50, 6_000), undefined);
  store.push(answer(51), undefined);
  store.expire(1_000, undefined);
  const kept = store.unread();
  expect(kept).toHaveLength(count + 2);
  expect(kept.filter((one) => textOf(one).includes('"gone"')).map(({ tag }) => tag)).toEqual(['r50']);
});

test('[ST25] the error that stands for an answer names its call, whatever its id; other messages get none', () => {
  for (const id of [7, -1.5, 'a', 'with "quotes", and \\', 'ünï', '']) {
    const store = new ReplayStore('ses_a', 'key_a', limits, new AnswerRoom({ keyBytes: 2_000, allBytes: 2_000 }));
    store.push(answer(id, 5_000), undefined);
    const [kept] = store.unread();
    const error: unknown = JSON.parse(/data: (.*)\n/u.exec(textOf(kept))?.[1] ?? '');
    expect(error).toMatchObject({ id, error: { data: { code: 'gone' } } });
  }
  const store = new ReplayStore('ses_a', 'key_a', limits, new AnswerRoom({ keyBytes: 2_000, allBytes: 2_000 }));
  const notification = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';
  store.push(own('r1', notification), undefined);
  store.expire(1_000, undefined);
  expect(store.unread()).toEqual([]);
});
