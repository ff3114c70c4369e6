import { expect, test } from 'vitest';
import type { FrameRecord } from '../../src/protocol/frame-record.ts';
import { points, TRAFFIC_SECONDS, withRate } from '../../src/dashboard/features/shell/traffic-points.ts';
import { paces, slowFrom } from '../../src/dashboard/features/wire/paces.ts';
import { wireRows } from '../../src/dashboard/features/wire/wire-rows.ts';

function call(place: number, tool: string, latencyMs: number, more: Partial<FrameRecord> = {}): FrameRecord {
  return {
    id: `frm_a_${place}`,
    place,
    at: place,
    elapsedMs: place,
    kind: 'request',
    direction: 'in',
    outcome: 'ok',
    sizeBytes: 1,
    masked: 0,
    body: 'none',
    keyId: 'key_a',
    agent: 'planner',
    tool,
    latencyMs,
    ...more,
  };
}

/** 1 to 100 ms, in no order. */
const reads = Array.from({ length: 100 }, (_, at) => call(at, 'file_read', ((at * 37) % 100) + 1));

test('[WR10] latency by tool and by agent: nearest rank of all answered calls', () => {
  const others = [
    call(200, 'file_write', 5, { outcome: 'error', agent: 'coder' }),
    call(201, 'file_write', 7, { kind: 'response', direction: 'out' }),
    { ...call(202, 'file_write', 7), latencyMs: undefined } as unknown as FrameRecord,
  ];
  expect(paces([...others, ...reads], 'tool')).toEqual([
    { of: 'file_read', count: 100, errors: 0, p50: 50, p95: 95, p99: 99 },
    { of: 'file_write', count: 1, errors: 1, p50: 5, p95: 5, p99: 5 },
  ]);
  expect(paces([...others, ...reads], 'agent').map(({ of, count }) => [of, count])).toEqual([
    ['key_a/planner', 100],
    ['key_a/coder', 1],
  ]);
  expect(paces([], 'tool')).toEqual([]);
});

test('[WR10] a call is slow beside others of its tool, and a row says so for as long as it is', () => {
  expect(slowFrom(paces(reads, 'tool'))).toEqual(new Map([['file_read', 100]]));
  const quick = Array.from({ length: 19 }, (_, at) => call(at, 'whoami', 1));
  expect(slowFrom(paces(quick, 'tool')).size).toBe(0);
  const slow = slowFrom(paces([...quick, call(19, 'whoami', 1)], 'tool'));
  expect(slow).toEqual(new Map([['whoami', 20]]));
  const rows = wireRows([call(20, 'whoami', 21), call(21, 'whoami', 20), call(22, 'other', 500)], 'joined', [], slow);
  expect(rows.map(({ slowFromMs }) => slowFromMs)).toEqual([20, undefined, undefined]);
  const frames = rows.map(({ frame }) => frame);
  expect(wireRows(frames, 'joined', rows, new Map([['whoami', 20.5]]))).toEqual(rows);
  expect(wireRows(frames, 'joined', rows, new Map([['whoami', 30]]))[0]?.slowFromMs).toBeUndefined();
});

test('[WR11] the line of traffic covers a minute, the newest at its right edge and the most at its top', () => {
  let rates: readonly number[] = [];
  for (let at = 0; at <= TRAFFIC_SECONDS; at += 1) rates = withRate(rates, at);
  expect(rates).toHaveLength(TRAFFIC_SECONDS);
  expect(rates[0]).toBe(1);
  expect(points([0, 10], 59, 12)).toBe('58.0,11.0 59.0,1.0');
  expect(points([0, 0], 59, 12)).toBe('58.0,11.0 59.0,11.0');
});
