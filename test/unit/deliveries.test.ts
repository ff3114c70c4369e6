import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Deliveries } from '../../src/server/taps/deliveries.ts';

test('[FR8] receipts are kept for the last events, and for no more than the cap', () => {
  const deliveries = new Deliveries({ rows: 10 });
  for (let seq = 1; seq <= 5; seq++) {
    const list = deliveries.begin(seq);
    for (let n = 0; n < 4; n++) list.push({ sessionId: `ses_${n}`, keyId: 'key_a', frame: n, sentAt: seq });
    deliveries.end(seq);
  }
  expect(deliveries.of(5)).toHaveLength(4);
  expect(deliveries.of(4)).toHaveLength(4);
  expect(deliveries.of(1)).toEqual([]);
});

test('[DB67] what was sent in an earlier launch, or made room, is not taken for what nobody was sent', () => {
  const deliveries = new Deliveries({ rows: 4, since: 7 });
  const send = (seq: number, agents: number): void => {
    const list = deliveries.begin(seq);
    for (let n = 0; n < agents; n++) list.push({ sessionId: `ses_${n}`, keyId: 'key_a', frame: n, sentAt: seq });
    deliveries.end(seq);
  };
  send(8, 3);
  send(9, 0);
  expect([7, 8, 9].map((seq) => deliveries.isKnown(seq))).toEqual([false, true, true]);
  send(10, 3);
  expect([8, 9, 10].map((seq) => deliveries.isKnown(seq))).toEqual([false, true, true]);
});

test('[FR8] events that nobody was sent take no memory, however many there are', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const deliveries = new Deliveries({ rows: 10 });
  deliveries.begin(1).push({ sessionId: 'ses_1', keyId: 'key_a', frame: 1, sentAt: 1 });
  deliveries.end(1);
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let seq = 2; seq <= 300_000; seq++) {
    deliveries.begin(seq);
    deliveries.end(seq);
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(4 * 1024 * 1024);
  expect(deliveries.of(1)).toHaveLength(1);
});
