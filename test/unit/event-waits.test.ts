import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EncodedEvent } from '../../src/hub/hub.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { EventWaits } from '../../src/server/mcp/catalogue/call/event-waits.ts';

/** A hub of which only its batches matter. */
function hubOf(): { readonly hub: ConstructorParameters<typeof EventWaits>[0]; emit(...seqs: number[]): void } {
  const state = emptyState();
  let listener: (batch: readonly EncodedEvent[]) => void = () => undefined;
  return {
    hub: {
      state,
      subscribe: (heard) => {
        listener = heard;
        return () => undefined;
      },
    },
    emit: (...seqs) =>
      listener(
        seqs.map((seq) => ({
          json: '',
          event: {
            seq,
            at: 0,
            actor: { kind: 'human' },
            type: 'member.set',
            workspace: 'w',
            keyId: 'k',
            role: 'viewer',
          },
        })),
      ),
  };
}

function busyFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('[TL84] thousands of waiting calls are shown an event some ms at a time, each event once and in order', async () => {
  const { hub, emit } = hubOf();
  const waits = new EventWaits(hub);
  const heard = Array.from({ length: 3_000 }, (): number[] => []);
  for (const seqs of heard)
    waits.add('w', {
      hear: (events) => {
        busyFor(0.02);
        seqs.push(...events.map(({ seq }) => seq));
      },
    });
  emit(1);
  const atOnce = heard.filter(({ length }) => length > 0).length;
  expect(atOnce).toBeGreaterThan(0);
  expect(atOnce).toBeLessThan(1_000);
  expect(waits.shownSeq('w')).toBe(0);
  expect(waits.shownSeq('another')).toBe(1);
  emit(2, 3); // while the first is still being shown
  while (heard.some(({ length }) => length < 3)) await nextTurn();
  expect(heard.every((seqs) => seqs.join() === '1,2,3')).toBe(true);
  expect(waits.shownSeq('w')).toBe(3);
});

test('[TL84] batches that come faster than they are shown do not pile up', () => {
  const { hub, emit } = hubOf();
  const waits = new EventWaits(hub);
  let heard = 0;
  for (let n = 0; n < 2_000; n++)
    waits.add('w', {
      hear: () => {
        busyFor(0.005);
        heard += 1;
      },
    });
  for (let seq = 1; seq <= 20; seq++) emit(seq);
  expect(heard).toBeGreaterThanOrEqual(17 * 2_000);
});

test('[TL84] a call that is over is shown nothing more, one that begins to wait only what comes then', async () => {
  const { hub, emit } = hubOf();
  const waits = new EventWaits(hub);
  const heard: string[] = [];
  for (let n = 0; n < 1_000; n++) waits.add('w', { hear: () => busyFor(0.02) });
  const stop = waits.add('w', { hear: () => void heard.push('over') });
  emit(1);
  waits.add('w', { hear: (events) => void heard.push(events.map(({ seq }) => seq).join()) });
  stop();
  emit(2);
  while (waits.shownSeq('w') < 2) await nextTurn();
  expect(heard).toEqual(['2']);
});
