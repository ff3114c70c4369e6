import { expect, test, vi } from 'vitest';
import type { HubApi } from '../../src/protocol/api.ts';
import { HubError } from '../../src/protocol/errors.ts';
import type { FrameRecord } from '../../src/protocol/frame-record.ts';
import { participants, type Diagram, type DiagramRow } from '../../src/protocol/handshake/model.ts';
import { layoutOf } from '../../src/dashboard/features/sessions/diagram/layout.ts';
import { SessionRecording } from '../../src/dashboard/features/sessions/diagram/session-recording.ts';
import { svgText } from '../../src/dashboard/features/sessions/diagram/svg-text.ts';

function frame(place: number, part: Partial<FrameRecord> = {}): FrameRecord {
  return {
    id: `frm_a_${place}`,
    place,
    at: place,
    elapsedMs: place,
    kind: 'request',
    direction: 'in',
    method: 'ping',
    sessionId: 'ses_1',
    wire: 'streamable',
    outcome: 'ok',
    sizeBytes: 1,
    masked: 0,
    body: 'none',
    ...part,
  };
}

/** A hub that has some frames of a session. */
function hubWith(frames: readonly FrameRecord[]) {
  const asked: string[] = [];
  const hub: Pick<HubApi, 'framesPage' | 'frameGet'> = {
    framesPage: ({ before = Infinity, after, limit = 200 } = {}) => {
      const found =
        after === undefined
          ? frames.filter(({ place }) => place < before).toReversed()
          : frames.filter(({ place }) => place > after);
      const page = found.slice(0, limit);
      return Promise.resolve({
        frames: page,
        oldest: 1,
        newest: frames.length,
        more: found.length > limit,
        reached: page.at(-1)?.place ?? 0,
      });
    },
    frameGet: ({ frameId }) => {
      asked.push(frameId);
      const found = frames.find(({ id }) => id === frameId);
      return found ? Promise.resolve({ frame: found }) : Promise.reject(new HubError('gone', 'Gone.'));
    },
  };
  return { hub, asked };
}

const count = (recording: SessionRecording) => {
  const shown = recording.current();
  if (shown.status !== 'ready') return expect.fail(shown.status);
  const { frames, left } = shown.recorded;
  return {
    frames: frames.length,
    left: left?.count ?? 0,
    isAtLeast: left?.isAtLeast ?? false,
    first: frames[0]?.place,
    last: frames.at(-1)?.place,
  };
};

test('[HD10] of 100,000 frames the beginning and the end are read, and the rest is counted; what comes is added and bounded', async () => {
  const { hub } = hubWith(Array.from({ length: 100_000 }, (_one, at) => frame(at + 1)));
  const recording = new SessionRecording(hub, 'ses_1');
  await recording.read();
  expect(count(recording)).toEqual({ frames: 700, left: 0, isAtLeast: true, first: 1, last: 100_000 });
  recording.onPush({ frames: Array.from({ length: 5_000 }, (_one, at) => frame(100_001 + at)), skipped: 3 });
  expect(count(recording)).toEqual({ frames: 2_100, left: 3_600 + 3, isAtLeast: true, first: 1, last: 105_000 });
});

test('[HD10] what came while the beginning was read is there, a frame that changed is there once, and signs of life are not', async () => {
  const exchange = frame(1, { kind: 'exchange', method: 'POST', outcome: 'pending' });
  const { hub, asked } = hubWith([exchange]);
  const recording = new SessionRecording(hub, 'ses_1');
  const reading = recording.read();
  recording.onPush({ frames: [frame(2), frame(3, { kind: 'keep-alive', direction: 'out' })], skipped: 0 });
  await reading;
  expect(count(recording)).toMatchObject({ frames: 2 });
  expect(asked).toEqual(['frm_a_1']);
  recording.onPush({ frames: [{ ...exchange, outcome: 'refused', status: 401 }], skipped: 0 });
  expect(count(recording)).toMatchObject({ frames: 2, left: 0 });
  await vi.waitFor(() => expect(asked).toEqual(['frm_a_1', 'frm_a_1'])); // its answer's head is known now
});

test('[HD10] where nothing is recorded that is said, and it is read again on request', async () => {
  const { hub } = hubWith([frame(1)]);
  let fails = true;
  const recording = new SessionRecording(
    {
      ...hub,
      framesPage: (query) => (fails ? Promise.reject(new HubError('storage_failed', 'Off.')) : hub.framesPage(query)),
    },
    'ses_1',
  );
  await recording.read();
  expect(recording.current()).toMatchObject({ status: 'failed', error: { code: 'storage_failed' } });
  fails = false;
  await recording.read();
  expect(count(recording)).toMatchObject({ frames: 1 });
});

const long = '<script>alert(1)</script> & '.repeat(30);

/** A diagram with each kind of row, in which everything is too long. */
function everything(): Diagram {
  const base = { ms: 5, tone: 'plain', findings: [] } as const;
  const rows: DiagramRow[] = [
    ...participants.flatMap((from) =>
      participants.map((to): DiagramRow => ({
        ...base,
        kind: 'arrow',
        id: `${from} ${to}`,
        from,
        to,
        text: long,
        line: 'solid',
      })),
    ),
    { ...base, kind: 'guards', id: 'guards', guards: [{ name: 'Host', verdict: 'refused', value: long }] },
    { ...base, kind: 'complete', id: 'complete', tookMs: 12 },
    { ...base, kind: 'bar', id: 'bar', participant: 'worker', text: long, tookMs: 5 },
    { ...base, kind: 'fold', id: 'fold', participant: 'hub', what: 'pushes', count: 7 },
    {
      ...base,
      kind: 'note',
      id: 'note',
      participant: 'agent',
      text: long,
      findings: [{ code: 'no_key', rowId: 'note' }],
    },
  ];
  return { participants, rows, facts: {}, findings: [] };
}

test('[HD9] nothing of a drawing is outside of it, at any width, and rows do not overlap', () => {
  for (const width of [620, 960, 1_800]) {
    const layout = layoutOf(everything(), width);
    let end = 0;
    for (const { y, height, shapes } of layout.rows) {
      expect(y).toBe(end);
      end = y + height;
      for (const shape of shapes) {
        if (shape.kind === 'box') expect([shape.x >= 0, shape.x + shape.width <= width]).toEqual([true, true]);
        if (shape.kind !== 'text') continue;
        const span = shape.text.length * 6.7;
        const left = { start: shape.x, middle: shape.x - span / 2, end: shape.x - span }[shape.anchor];
        expect([left >= 0, left + span <= width + 1], `${shape.text} at ${width}`).toEqual([true, true]);
        expect([shape.y > y, shape.y < end], shape.text).toEqual([true, true]);
      }
    }
    expect(layout.height).toBeGreaterThanOrEqual(end);
  }
});

test('[HD9] the saved drawing is well-formed, and what a client says is no markup in it', () => {
  const ink = {
    ground: '#fff',
    text: '#000',
    dim: '#666',
    line: '#ccc',
    proceed: '#080',
    waiting: '#a60',
    refused: '#b00',
  };
  const svg = svgText(layoutOf(everything(), 960), ink);
  expect(svg).toContain('&lt;script&gt;');
  expect(svg).not.toMatch(/<script|undefined|NaN/u);
  const open = svg.match(/<[a-z]+(?=[^>]*[^/]>)/gu)?.length;
  expect(open).toBe(svg.match(/<\/[a-z]+>/gu)?.length);
});
