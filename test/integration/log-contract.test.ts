import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { EncodedEvent } from '../../src/hub/log/event-log.ts';
import { calls, commitOf, logEngines, hasReached } from '../support/event-log-engines.ts';

describe.each(logEngines)('an event log on $name', ({ open }) => {
  test('[LG2] what is appended is read back as it was, in order, without gaps', async () => {
    await using place = await open();
    const commit = commitOf(0, [
      { type: 'hub.started', version: '1', pid: 7 },
      { type: 'key.created', keyId: 'key_1', name: `it's "ok" 100% ü\n\u2028`, secretSha256: 'ff' },
      { type: 'job.succeeded', workspace: 'wsp_1', jobId: 'job_1', result: { a: [1, null] }, ms: 0.5, log: ['x'] },
    ]);
    place.log.append(commit);
    place.log.append(calls(3, 2));
    await hasReached(place.log, 5);
    expect(place.log.read(0, 3)).toEqual(commit.map(({ event }) => event));
    expect(place.log.read(2, 2).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(place.log.read(5, 10)).toEqual([]);
    const again = await place.reopen();
    expect(again.seq).toBe(5);
    expect(again.read(0, 10).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  test('[LG3] a subscriber hears each event once and in order, what is there already first', async () => {
    await using place = await open();
    const { log } = place;
    log.append(calls(0, 3));
    await hasReached(log, 3);
    const heard: number[] = [];
    const stop = log.subscribe(1, (batch) => heard.push(...seqs(batch)));
    expect(heard).toEqual([2, 3]);
    for (let seq = 3; seq < 60; seq += 3) log.append(calls(seq, 3));
    await hasReached(log, 60);
    expect(heard).toEqual(Array.from({ length: 59 }, (_, index) => index + 2));
    stop();
    log.append(calls(60, 1));
    await hasReached(log, 61);
    expect(heard.at(-1)).toBe(60);
  });

  test('[LG3] a subscriber from the far past hears all of a long log', async () => {
    await using place = await open();
    place.log.append(calls(0, 4500));
    await hasReached(place.log, 4500);
    const heard: number[] = [];
    place.log.subscribe(0, (batch) => heard.push(...seqs(batch)));
    expect(heard).toHaveLength(4500);
    expect(heard.every((seq, index) => seq === index + 1)).toBe(true);
  });

  test('[LG50] what nobody waits for is written with what comes next, or by itself', async () => {
    await using place = await open();
    const { log } = place;
    const writes: number[][] = [];
    log.subscribe(0, (batch) => writes.push(seqs(batch)));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    log.append(calls(0, 1), undefined, 'soon');
    await new Promise((resolve) => void setImmediate(resolve));
    log.append(calls(1, 1));
    await hasReached(log, 2);
    log.append(calls(2, 1), undefined, 'soon');
    log.hurry();
    await hasReached(log, 3);
    log.append(calls(3, 1), undefined, 'soon'); // and nothing else comes
    vi.advanceTimersByTime(10);
    await hasReached(log, 4);
    expect(writes).toEqual([[1, 2], [3], [4]]);
  });

  test('[LG4] nothing is emitted before others can read it', async () => {
    await using place = await open();
    const { log } = place;
    let worst = Infinity;
    log.subscribe(0, (batch) => {
      worst = Math.min(worst, place.seenByOthers() - (batch.at(-1)?.event.seq ?? 0));
    });
    for (let seq = 0; seq < 200; seq += 5) {
      log.append(calls(seq, 5));
      if (seq % 50 === 0) await hasReached(log, seq + 5);
    }
    expect(log.seq).toBeLessThan(200);
    await hasReached(log, 200);
    expect(worst).toBeGreaterThanOrEqual(0);
  });

  test('[LG6] an append that does not continue the log is refused with conflict', async () => {
    await using place = await open();
    expect(() => place.log.append(calls(1, 1))).toThrow(expect.objectContaining({ code: 'conflict' }));
    place.log.append(calls(0, 2));
    expect(() => place.log.append(calls(1, 1))).toThrow(expect.objectContaining({ code: 'conflict' }));
    place.log.append(calls(2, 1));
    await hasReached(place.log, 3);
    expect(place.log.seq).toBe(3);
  });

  test('[LG17] a halted log keeps what was appended before, refuses more, and goes on when asked', async () => {
    await using place = await open();
    const { log } = place;
    const news: unknown[] = [];
    const failed = new Promise<void>((resolve) => log.onStorage((one) => (news.push(one), resolve())));
    log.append(calls(0, 2));
    log.halt('a bug');
    expect(() => log.append(calls(2, 1))).toThrow(expect.objectContaining({ code: 'storage_failed' }));
    await failed;
    expect(news).toEqual([{ status: 'failed', seq: 2, message: 'a bug' }]);
    expect(log.loadState().seq).toBe(2);
    const ready = new Promise<void>((resolve) => log.onStorage(() => resolve()));
    log.retry();
    await ready;
    log.append(calls(2, 1));
    await hasReached(log, 3);
  });

  test('closing writes what was appended, once', async () => {
    await using place = await open();
    place.log.append(calls(0, 100));
    const closing = place.log.close();
    expect(() => place.log.append(calls(100, 1))).toThrow(expect.objectContaining({ code: 'hub_closed' }));
    await closing;
    await place.log.close();
    expect((await place.reopen()).seq).toBe(100);
  });
});

function seqs(batch: readonly EncodedEvent[]): number[] {
  return batch.map(({ event }) => event.seq);
}
