import { expect, test } from 'vitest';
import { countNew, filterFrames, keptSince } from '../../src/dashboard/features/sessions/frame-kinds.ts';
import { handshakeSteps } from '../../src/dashboard/features/sessions/handshake-steps.ts';
import type { Frame } from '../../src/protocol/frames.ts';

function frame(n: number, more: Partial<Frame>): Frame {
  return {
    id: `frm_l_${n}`,
    n,
    at: 1_000 + n,
    wire: 'sse',
    direction: 'in',
    kind: 'request',
    label: '',
    sizeBytes: 1,
    ...more,
  };
}

test('[UI20] the handshake of each wire is read from its frames, step by step', () => {
  const client = { name: 'c', version: '1', protocolVersion: '2025-06-18', capabilities: ['roots'] };
  const frames = [
    frame(1, { kind: 'http', label: 'GET /sse', status: 200 }),
    frame(2, { kind: 'sse', label: 'endpoint', direction: 'out' }),
    frame(3, { label: 'initialize' }),
    frame(4, { label: 'initialize', kind: 'response', direction: 'out' }),
    frame(5, { label: 'notifications/initialized', kind: 'notification' }),
  ];
  const steps = handshakeSteps({ wire: 'sse', openedAt: 1_001, client, subscriptions: [] }, frames);
  expect(steps.map(({ name, at }) => [name, at])).toEqual([
    ['Connect', 1_001],
    ['Endpoint', 1_002],
    ['Initialize', 1_003],
    ['Agreed', 1_004],
    ['Initialized', 1_005],
  ]);
  expect(steps[3]?.said).toBe('protocol 2025-06-18');
  const half = handshakeSteps({ wire: 'streamable', openedAt: 1_000, subscriptions: [] }, []);
  expect(half.map(({ name, at }) => [name, at])).toEqual([
    ['Connect', 1_000],
    ['Initialize', undefined],
    ['Agreed', undefined],
    ['Initialized', undefined],
  ]);
  const stateless = handshakeSteps({ wire: 'modern', openedAt: 1_000, client, subscriptions: ['a', 'b'] }, [
    frame(0, { wire: 'modern', kind: 'http', label: 'POST /mcp', status: 200 }),
    frame(1, { wire: 'modern', label: 'server/discover' }),
    frame(2, { wire: 'modern', label: 'tools/call', detail: 'whoami' }),
    frame(3, { wire: 'modern', label: 'subscriptions/listen' }),
  ]);
  expect(stateless.map(({ name, said }) => [name, said])).toContainEqual(['First call', 'tools/call whoami']);
  expect(stateless.at(-1)).toMatchObject({ name: 'Watching', said: '2 resources' });
});

test('[UI48] a step whose message is no longer kept says so, and is never a later message', () => {
  const client = { name: 'c', version: '1', protocolVersion: '2025-06-18', capabilities: [] };
  const later = [
    frame(7_000, { kind: 'http', label: 'POST /mcp', status: 200 }),
    frame(7_001, { label: 'tools/call', detail: 'lock_acquire' }),
    frame(7_002, { kind: 'http', label: 'GET /mcp', status: 200 }),
    frame(7_003, { label: 'initialize' }),
    frame(7_004, { label: 'initialize', kind: 'error', direction: 'out', errorCode: -32_000, replyTo: 'frm_l_7003' }),
    frame(7_005, { label: 'notifications/initialized', kind: 'notification' }),
    frame(7_006, { label: 'resources/subscribe' }),
  ];
  const known = { openedAt: 1_000, client, subscriptions: ['a'] };
  const steps = handshakeSteps({ wire: 'streamable', ...known }, later);
  expect(steps.map(({ name, at, frameId, state }) => [name, at, frameId, state])).toEqual([
    ['Connect', 1_000, undefined, 'done'],
    ['Initialize', undefined, undefined, 'passed'],
    ['Agreed', undefined, undefined, 'passed'],
    ['Initialized', undefined, undefined, 'passed'],
    ['Stream', undefined, undefined, 'passed'],
    ['Watching', undefined, undefined, 'passed'],
  ]);
  expect(steps[0]?.said).toBe('POST /mcp');
  expect(steps[2]?.said).toBe('protocol 2025-06-18');
  const stateless = handshakeSteps({ wire: 'modern', ...known }, later);
  expect(stateless.map(({ name, frameId }) => [name, frameId])).toEqual([
    ['Connect', undefined],
    ['First call', undefined],
    ['Watching', undefined],
  ]);
});

test('[UI48] what follows a step that is sure is sure as well', () => {
  const client = { name: 'c', version: '1', protocolVersion: '2025-06-18', capabilities: [] };
  const steps = handshakeSteps({ wire: 'sse', openedAt: 1_000, client, subscriptions: [] }, [
    frame(3, { label: 'initialize' }),
    frame(4, { label: 'initialize', kind: 'response', direction: 'out', replyTo: 'frm_l_3' }),
    frame(5, { label: 'notifications/initialized', kind: 'notification' }),
  ]);
  expect(steps.map(({ name, state }) => [name, state])).toEqual([
    ['Connect', 'done'],
    ['Endpoint', 'passed'],
    ['Initialize', 'done'],
    ['Agreed', 'done'],
    ['Initialized', 'done'],
  ]);
});

test('[UI102] of a step that came after the first messages it is said that it came later, not that it is lost', () => {
  const client = { name: 'c', version: '1', protocolVersion: '2025-06-18', capabilities: [] };
  const first = [
    frame(0, { kind: 'http', label: 'POST /mcp', status: 200 }),
    frame(1, { label: 'initialize' }),
    frame(2, { label: 'initialize', kind: 'response', direction: 'out', replyTo: 'frm_l_1' }),
    frame(3, { label: 'notifications/initialized', kind: 'notification' }),
  ];
  const known = { wire: 'streamable', openedAt: 1_000, client } as const;
  const statesOf = (subscriptions: readonly string[]) =>
    handshakeSteps({ ...known, subscriptions }, first).map(({ name, state }) => [name, state]);
  const steps = ['Connect', 'Initialize', 'Agreed', 'Initialized'].map((name) => [name, 'done']);
  expect(statesOf([])).toEqual(steps);
  expect(statesOf(['a'])).toEqual([...steps, ['Watching', 'later']]);
});

test('[UI48] the messages of a session are kept since its opening, or since later', () => {
  expect(keptSince([frame(0, {}), frame(1, {})], 1_000)).toBeUndefined();
  expect(keptSince([frame(7, {})], 1_000)).toBe(1_007);
  expect(keptSince([], 1_000)).toBeUndefined();
});

test('[UI21] frames are filtered by sort and by all words of a text', () => {
  const frames = [
    frame(1, { kind: 'http', label: 'POST /messages' }),
    frame(2, { label: 'tools/call', detail: 'lock_acquire', rpcId: 7 }),
    frame(3, { label: 'tools/call', kind: 'response', errorCode: 'locked' }),
    frame(4, { kind: 'sse', label: 'comment' }),
    frame(5, { kind: 'sse', label: 'endpoint' }),
  ];
  const ns = (...of: Parameters<typeof filterFrames>) => filterFrames(...of).map(({ n }) => n);
  expect(ns(frames, 'all', '')).toEqual([1, 2, 3, 4, 5]);
  expect(ns(frames, 'messages', '')).toEqual([2, 3]);
  expect(ns(frames, 'errors', '')).toEqual([3]);
  expect(ns(frames, 'all', 'CALL lock_')).toEqual([2]);
});

test('[HS3] of the messages that came while they were held, only those are counted that the filter shows', () => {
  const before = [
    frame(1, { label: 'tools/call' }),
    frame(2, { kind: 'notification', label: 'notifications/message' }),
  ];
  const frames = [
    ...before,
    frame(3, { kind: 'notification', label: 'notifications/message' }),
    frame(4, { label: 'tools/call', detail: 'lock_acquire' }),
    frame(5, { kind: 'sse', label: 'comment' }),
  ];
  expect(countNew(frames, before, 'all', '')).toBe(3);
  expect(countNew(frames, before, 'calls', '')).toBe(1);
  expect(countNew(frames, before, 'calls', 'file_read')).toBe(0);
  expect(countNew(frames.slice(3), before, 'messages', '')).toBe(1);
  expect(countNew(before, before, 'all', '')).toBe(0);
});
