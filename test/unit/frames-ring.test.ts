import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { FrameInput, SharedFrame } from '../../src/server/frames/frame-entry.ts';
import { FrameRing } from '../../src/server/frames/frame-ring.ts';
import { maskHeaders } from '../../src/server/frames/mask.ts';
import { Deliveries } from '../../src/server/frames/deliveries.ts';

let clock = 1_000;
const ring = (limits: Partial<ConstructorParameters<typeof FrameRing>[0]> = {}): FrameRing =>
  new FrameRing({ launchId: 'l1', now: () => clock++, ...limits });

function request(sessionId: string, body = '{}'): FrameInput {
  return {
    sessionId,
    wire: 'sse',
    direction: 'in',
    kind: 'request',
    label: 'tools/call',
    sizeBytes: body.length,
    body,
  };
}

const shared: SharedFrame = { wire: 'sse', kind: 'sse', label: 'comment', sizeBytes: 6, body: ': ping' };

test('[FR1] frames are numbered over all sessions of a launch, and kept by session', () => {
  const frames = ring();
  const first = frames.record(request('ses_a'));
  frames.record(request('ses_b'));
  frames.record(request('ses_a'));
  expect(first).toBe('frm_l1_1');
  expect(frames.of('ses_a').map(({ n }) => n)).toEqual([1, 3]);
  expect(frames.of('ses_a')[0]).toMatchObject({ id: 'frm_l1_1', sessionId: 'ses_a', kind: 'request', direction: 'in' });
  expect(frames.count).toBe(3);
});

test('[FR2] a session keeps its last frames, by count and by bytes', () => {
  const few = ring({ framesPerSession: 100 });
  for (let n = 0; n < 1_000; n++) few.record(request('ses_a'));
  expect(few.of('ses_a').map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, index) => 901 + index));
  const small = ring({ bytesPerSession: 10_000 });
  for (let n = 0; n < 100; n++) small.record(request('ses_a', 'x'.repeat(1_000)));
  expect(small.of('ses_a').length).toBeLessThan(10);
  expect(small.bytes).toBeLessThanOrEqual(10_000);
});

test('[FR2] all sessions together keep to their cap: the oldest frames go first, whosesoever they are', () => {
  const frames = ring({ bytesInAll: 100_000 });
  for (let n = 0; n < 200; n++) frames.record(request(`ses_${n % 10}`, 'x'.repeat(1_000)));
  expect(frames.bytes).toBeLessThanOrEqual(100_000);
  const kept = Array.from({ length: 10 }, (_, index) => frames.of(`ses_${index}`)).flat();
  const numbers = kept.map(({ n }) => n).sort((a, b) => a - b);
  expect(numbers.at(-1)).toBe(200);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 201 - numbers.length + index));
});

test('[FR3] a frame names the one that answers it, once it is answered', () => {
  const frames = ring();
  const asked = frames.record(request('ses_a'));
  const other = frames.record(request('ses_a'));
  expect(frames.detail(asked)).not.toHaveProperty('reply');
  const answer = { ...request('ses_a'), direction: 'out', kind: 'response' } as const;
  const replies = [other, asked].map((replyTo) => frames.record({ ...answer, replyTo }));
  expect([asked, other].map((id) => frames.detail(id)?.reply)).toEqual(replies.toReversed());
});

test('[FR3] a frame is found by its id while it is kept, with its headers and body', () => {
  const frames = ring({ framesPerSession: 2 });
  const headers = ['Host', 'x', 'Authorization', `Bearer sbx_${'a'.repeat(40)}wxyz`];
  const id = frames.record(request('ses_a', '{"a":1}'), headers);
  expect(frames.detail(id)).toMatchObject({ frame: { id }, body: '{"a":1}', bodyCut: false });
  expect(frames.detail(id)?.headers).toEqual({ Host: 'x', Authorization: 'Bearer ••••wxyz' });
  expect([frames.bodyOf('ses_a', id), frames.bodyOf('ses_b', id)]).toEqual(['{"a":1}', undefined]);
  frames.record(request('ses_a'));
  frames.record(request('ses_a'));
  expect([frames.detail(id), frames.bodyOf('ses_a', id)]).toEqual([undefined, undefined]);
  expect(frames.detail('frm_l0_2')).toBeUndefined();
});

test('[FR4] secrets in headers are masked, also short ones and cookies', () => {
  expect(maskHeaders(['Authorization', 'Bearer short', 'Cookie', 'signalbox_7337=abc', 'Accept', '*/*'])).toEqual({
    Authorization: 'Bearer ••••',
    Cookie: '••••',
    Accept: '*/*',
  });
});

test('[FR5] a body is kept up to 64 KiB, and says that it was cut', () => {
  const frames = ring();
  const id = frames.record(request('ses_a', 'x'.repeat(100_000)));
  expect(frames.detail(id)?.body).toHaveLength(64 * 1024);
  expect(frames.detail(id)?.bodyCut).toBe(true);
});

test('[FR5] a name that no method or tool ever had is not kept whole', () => {
  const frames = ring();
  const long = 'm'.repeat(3_000_000);
  frames.record({ ...request('ses_a'), label: long, detail: long, rpcId: long });
  const [frame] = frames.of('ses_a');
  for (const kept of [frame?.label, frame?.detail, frame?.rpcId]) expect(kept).toHaveLength(1_024);
});

test('[FR6] who watches a session is told of each of its frames, until he stops', () => {
  const frames = ring();
  const seen: number[] = [];
  const stop = frames.watch('ses_a', ({ n }) => seen.push(n));
  frames.record(request('ses_a'));
  frames.record(request('ses_b'));
  frames.recordShared('ses_a', { ...shared, kind: 'notification', label: 'x' }, 5);
  stop();
  frames.record(request('ses_a'));
  expect(seen).toEqual([1, 3]);
});

test('[FR7] a silent session’s heartbeat takes one place in the ring, not one each time', () => {
  const frames = ring();
  frames.record(request('ses_a'));
  for (let n = 0; n < 50; n++) frames.recordComment('ses_a', shared, n);
  expect(frames.of('ses_a').map(({ label }) => label)).toEqual(['tools/call', 'comment']);
  frames.record(request('ses_a'));
  frames.recordComment('ses_a', shared, 99);
  expect(frames.of('ses_a')).toHaveLength(4);
});

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

test('[DB67] what was sent in an earlier launch, or made room, is told from what nobody was sent', () => {
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

test('[FR20] what a frame costs is counted in bytes, with its headers, which are cut, and once for a frame that many have', () => {
  const frames = ring({ bytesInAll: 1_000_000 });
  for (let n = 0; n < 500; n++) frames.record(request(`ses_${n % 20}`), ['X-Long', `${n}${'h'.repeat(12_000)}`]);
  const kept = Array.from({ length: 20 }, (_, index) => frames.of(`ses_${index}`)).flat();
  expect(kept.length).toBeLessThanOrEqual(1_000_000 / 1_024);
  const [first] = kept;
  expect(frames.detail(first?.id ?? '')?.headers?.['X-Long']).toHaveLength(1_024);

  const many = ring({ bytesInAll: 1_000_000 });
  for (let n = 0; n < 40; n++) {
    const wide: SharedFrame = { ...shared, sizeBytes: 100_000, body: 'w'.repeat(100_000) };
    for (let session = 0; session < 10; session++) many.recordShared(`ses_${session}`, wide, 1);
  }
  const bodies = new Set(many.of('ses_0').map(({ id }) => many.detail(id)?.frame.n));
  expect(bodies.size).toBeLessThan(10);
  expect(bodies.size).toBeGreaterThan(5);

  const wideText = ring();
  wideText.record({ ...request('ses_a', '漢'.repeat(10_000)), sizeBytes: 30_000 });
  expect(wideText.bytes).toBeGreaterThan(20_000);
});
