import { expect, test } from 'vitest';
import type { FrameContent, FrameRecord } from '../../src/protocol/frame-record.ts';
import { deviations } from '../../src/protocol/handshake/deviations.ts';
import { diagramOf } from '../../src/protocol/handshake/diagram.ts';
import { toMermaid } from '../../src/protocol/handshake/mermaid.ts';
import type { Diagram, DiagramSource } from '../../src/protocol/handshake/model.ts';
import { rowText } from '../../src/protocol/handshake/row-words.ts';

/** A frame of a session over Streamable HTTP. */
function frame(place: number, part: Partial<FrameRecord>): FrameRecord {
  return {
    id: `frm_one_${place}`,
    place,
    at: 1_000 + place,
    elapsedMs: place,
    kind: 'notification',
    direction: 'out',
    sessionId: 'ses_1',
    keyId: 'key_1',
    wire: 'streamable',
    outcome: 'ok',
    sizeBytes: 10,
    masked: 0,
    body: 'none',
    ...part,
  };
}

const handshake: readonly FrameRecord[] = [
  frame(1, { kind: 'exchange', direction: 'in', method: 'POST', subject: '/mcp', status: 200, latencyMs: 2 }),
  frame(2, { kind: 'request', direction: 'in', method: 'initialize', exchange: 'frm_one_1', pair: 'frm_one_3' }),
  frame(3, { kind: 'response', method: 'initialize', exchange: 'frm_one_1', pair: 'frm_one_2' }),
  frame(4, { kind: 'exchange', direction: 'in', method: 'POST', subject: '/mcp', status: 202, latencyMs: 1 }),
  frame(5, { direction: 'in', method: 'notifications/initialized', exchange: 'frm_one_4' }),
];

function drawn(frames: readonly FrameRecord[], part: Partial<DiagramSource> = {}, most?: number): Diagram {
  const contents = new Map<string, FrameContent>();
  const source = { frames, contents, now: 1_000_000, isOpen: true, url: 'http://hub', ...part };
  return diagramOf(source, most === undefined ? {} : { most });
}

const texts = ({ rows }: Diagram): readonly string[] => rows.map((row) => rowText(row));

test('[HD3] of 100,000 frames the handshake and the last rows are drawn, and how many more there are', () => {
  const calls = Array.from({ length: 50_000 }, (_one, at): FrameRecord[] => {
    const place = 10 + at * 2;
    return [
      frame(place, {
        kind: 'request',
        direction: 'in',
        method: 'tools/call',
        tool: `t${at}`,
        pair: `frm_one_${place + 1}`,
      }),
      frame(place + 1, {
        kind: 'response',
        method: 'tools/call',
        tool: `t${at}`,
        pair: `frm_one_${place}`,
        latencyMs: 1,
      }),
    ];
  }).flat();
  const diagram = drawn([...handshake, ...calls], { left: { count: 7, isAtLeast: false } }, 50);
  const complete = diagram.rows.findIndex(({ kind }) => kind === 'complete');
  expect(complete).toBeGreaterThan(4);
  expect(diagram.rows).toHaveLength(complete + 1 + 1 + 50);
  expect(diagram.rows[complete + 1]).toMatchObject({
    kind: 'fold',
    what: 'frames',
    count: 100_000 - 50 + 7,
    id: 'more',
  });
  expect(texts(diagram).at(-1)).toBe('t49999: result');
});

test('[HD3] a handshake that never ends is drawn with its beginning and its end', () => {
  const endless = Array.from({ length: 5_000 }, (_one, at) =>
    frame(1 + at, {
      kind: 'exchange',
      direction: 'in',
      method: 'POST',
      subject: '/mcp',
      status: 400,
      outcome: 'refused',
    }),
  );
  const diagram = drawn(endless, {}, 60);
  expect(diagram.rows.length).toBe(40 + 1 + 60);
  expect(diagram.facts.tookMs).toBeUndefined();
});

test('[HD3] pushes in a row are one row, and two are none to fold', () => {
  const push = (place: number): FrameRecord =>
    frame(place, { method: 'notifications/resources/updated', subject: 'file.written' });
  expect(texts(drawn([...handshake, push(10), push(11)])).slice(-2)).toEqual([
    'resources/updated file.written',
    'resources/updated file.written',
  ]);
  const diagram = drawn([...handshake, push(10), push(11), push(12)]);
  expect(diagram.rows.at(-1)).toMatchObject({ kind: 'fold', what: 'pushes', count: 3, frameId: 'frm_one_10' });
  expect(diagram.participants).toContain('hub');
});

test('[HD4] clocks that jump, another launch and missing frames leave the order, and no time is negative', () => {
  const frames = [
    ...handshake,
    frame(20, { kind: 'request', direction: 'in', method: 'ping', at: 10, elapsedMs: 3 }), // back, and back
    { ...frame(21, { kind: 'request', direction: 'in', method: 'tools/list', at: 5, elapsedMs: 1 }), id: 'frm_two_1' },
    { ...frame(22, { kind: 'gap', dropped: 12, at: 900_000, elapsedMs: 2 }), id: 'frm_two_2' },
    { ...frame(23, { kind: 'response', method: 'tools/list', pair: 'frm_two_gone', elapsedMs: 2 }), id: 'frm_two_3' },
  ];
  const diagram = drawn(frames);
  const times = diagram.rows.map(({ ms }) => ms);
  expect(times.toSorted((a, b) => a - b)).toEqual(times);
  expect(Math.min(...times)).toBe(0);
  expect(texts(diagram).slice(-4)).toEqual(['ping', 'tools/list', '12 frames were not recorded', 'tools/list: result']);
});

test('[HD4] without frames there is nothing to draw, and what lacks its beginning is not called a deviation', () => {
  expect(drawn([])).toMatchObject({ rows: [], findings: [], facts: {} });
  const late = frame(90, { kind: 'request', direction: 'in', method: 'tools/list', outcome: 'pending' });
  expect(drawn([late])).toMatchObject({ findings: [], rows: [{ tone: 'pending' }] });
});

test('[HD5] what a client says cannot end its line or begin another statement', () => {
  const evil = 'x;\n  Note over hub: y #9829; <script> \u2028end';
  const diagram = drawn([
    ...handshake,
    frame(6, { kind: 'request', direction: 'in', method: 'tools/call', tool: evil }),
  ]);
  const text = toMermaid(diagram, { url: 'http://hub' });
  const line = text.split('\n').find((one) => one.includes('tools/call'));
  expect(line).toContain('tools/call x#59; Note over hub: y #35;9829#59; #lt;script#gt; end (+');
  for (const one of text.trim().split('\n').slice(1))
    expect(one).toMatch(/^ {2}(?:participant|Note over|\w+-{1,2}(?:>>|x)\w+:)/u);
});

test('[HD6] a wait for a lock is a bar as long as it took, and a stream that is opened again says what was sent again', () => {
  const stream = (place: number): FrameRecord =>
    frame(place, { kind: 'exchange', direction: 'in', method: 'GET', subject: '/mcp', status: 200, latencyMs: 5 });
  const sent = (place: number, exchange: string): FrameRecord =>
    frame(place, { method: 'notifications/resources/updated', exchange, eventId: 'ses_1.7' });
  const diagram = drawn([
    ...handshake,
    stream(10),
    sent(11, 'frm_one_10'),
    frame(20, { kind: 'request', direction: 'in', method: 'tools/call', tool: 'lock_acquire', pair: 'frm_one_90' }),
    stream(80),
    sent(81, 'frm_one_80'),
    frame(90, { kind: 'response', method: 'tools/call', tool: 'lock_acquire', pair: 'frm_one_20', latencyMs: 70 }),
  ]);
  expect(diagram.rows.find(({ kind }) => kind === 'bar')).toMatchObject({ tookMs: 70, participant: 'hub', ms: 19 });
  expect(texts(diagram)).toContain('200, the stream again, 1 sent again');
  expect(texts(diagram).filter((text) => text === 'the stream ended')).toHaveLength(2);
});

test('[HD2] every deviation says its rule with a revision or an RFC, a cause and a fix', () => {
  for (const { title, rule, cause, fix } of Object.values(deviations)) {
    expect(rule).toMatch(/MCP 20\d\d-\d\d-\d\d, |RFC \d+|Living Standard/u);
    expect(cause).toMatch(/\.$/u);
    expect(fix('http://hub')).toMatch(/\.$/u);
    expect(title).not.toMatch(/\.$/u);
  }
});
