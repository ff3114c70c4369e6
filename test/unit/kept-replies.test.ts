import { expect, test } from 'vitest';
import type { Timers } from '../../src/hub/timers.ts';
import { AnswerRoom } from '../../src/server/mcp/replay/answer-room.ts';
import { KeptEvents } from '../../src/server/mcp/wires/streamable/kept-events.ts';
import { KeptReplies } from '../../src/server/mcp/wires/streamable/kept-replies.ts';

class Reply {
  readonly number: number;
  bytes: number;
  done = true;
  isRead = false;
  constructor(number: number, bytes = 10) {
    this.number = number;
    this.bytes = bytes;
  }
  giveUp(): boolean {
    if (this.bytes <= 10) return false;
    this.bytes = 10;
    return true;
  }
}

const due: (() => void)[] = [];
const timers = { setTimeout: (callback: () => void) => due.push(callback) } as Partial<Timers> as Timers;
const plenty = { keyBytes: 1e9, allBytes: 1e9 };

function numbersOf(kept: KeptReplies<Reply>): number[] {
  return Array.from({ length: 30 }, (_, number) => number).filter((number) => kept.get(number));
}

function finish(kept: KeptReplies<Reply>, reply: Reply): void {
  kept.add(reply);
  kept.done(reply);
}

test('[ST26] reply streams that are done are kept within bounds of count, bytes and age, the newest whole until it is read', () => {
  const room = new AnswerRoom(plenty);
  const kept = new KeptReplies<Reply>(timers, room, 'key_a');
  const running = new Reply(0, 1e6);
  running.done = false;
  kept.add(running);
  for (let number = 1; number <= 20; number++) finish(kept, new Reply(number));
  expect(numbersOf(kept)).toEqual([0, ...Array.from({ length: 16 }, (_, index) => index + 5)]);
  const large = new Reply(21, 6e6);
  finish(kept, large);
  expect(numbersOf(kept)).toEqual([0, 21]);
  large.isRead = true;
  kept.read();
  expect(numbersOf(kept)).toEqual([0]);
  finish(kept, new Reply(22));
  for (const expire of due) expire();
  expect(numbersOf(kept)).toEqual([0]);
  expect(room.bytes).toBe(1e6);
  kept.close();
  expect(room.bytes).toBe(0);
});

test('[ST31] what is kept of replies has a room for a key and one for all: what was read goes first, then an answer becomes an error', () => {
  const room = new AnswerRoom({ keyBytes: 1_000, allBytes: 1_500 });
  const [one, two, other] = ['key_a', 'key_a', 'key_b'].map((key) => new KeptReplies<Reply>(timers, room, key));
  if (!one || !two || !other) throw new Error('three');
  const read = new Reply(1, 300);
  read.isRead = true;
  finish(one, read);
  finish(one, new Reply(2, 500));
  finish(two, new Reply(3, 400));
  expect([numbersOf(one), numbersOf(two)]).toEqual([[2], [3]]);
  const more = new Reply(4, 600);
  finish(two, more);
  expect(room.bytes).toBeLessThanOrEqual(1_000);
  expect(more.bytes).toBe(10);
  finish(other, new Reply(5, 900));
  expect(room.bytes).toBeLessThanOrEqual(1_500);
});

test('[ST31] past the room of all, the key with most gives way, and not the one with the largest session', () => {
  const room = new AnswerRoom({ keyBytes: 2_000, allBytes: 2_400 });
  const large = new Reply(1, 700);
  finish(new KeptReplies<Reply>(timers, room, 'key_a'), large);
  const many = [500, 600, 500].map((bytes, index) => new Reply(index, bytes));
  for (const reply of many) finish(new KeptReplies<Reply>(timers, room, 'key_b'), reply);
  expect(room.bytes).toBe(2_300);
  finish(new KeptReplies<Reply>(timers, room, 'key_c'), new Reply(4, 200));
  expect([large.bytes, ...many.map(({ bytes }) => bytes)]).toEqual([700, 500, 10, 500]);
});

test('[ST30] of a running reply the newest progress is kept, and its answers, each under its own number', () => {
  const events = new KeptEvents();
  for (let n = 1; n <= 1_000; n++) events.add('ses_a', 7, `{"progress":${n}}`, undefined);
  expect(events.bytes).toBeLessThan(200);
  events.add('ses_a', 7, `{"answer":"${'x'.repeat(5_000)}"}`, 'first');
  events.add('ses_a', 7, '{"progress":1001}', undefined);
  expect(events.after(0).map(String)).toEqual([
    expect.stringContaining('id: ses_a.1001.p7\n'),
    expect.stringContaining('id: ses_a.1002.p7\n'),
  ]);
  expect(events.after(1_001).map(String)).toEqual([expect.stringContaining('"progress":1001')]);
  expect(events.giveUp('ses_a', 7)).toBe(true);
  expect(String(events.after(0)[0])).toMatch(/id: ses_a\.1001\.p7\n.*"id":"first".*"gone"/su);
  expect(events.giveUp('ses_a', 7)).toBe(false);
});
