import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { FrameInput } from '../../src/recorder/frame-input.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { needsSmallDisk } from '../support/needs.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

const MIB = 1024 * 1024;
/** Threads start slowly on a busy machine. */
const WAIT = 60_000;

const call = (length?: number): FrameInput => ({
  kind: 'request',
  direction: 'in',
  method: 'tools/call',
  ...(length !== undefined && { body: { form: 'text', text: 'x'.repeat(length) } }),
});
const onSmallDisk = await needsSmallDisk();

test(
  '[RC14] a disk that is full is reported, what it cannot take is counted, and with room recording goes on',
  onSmallDisk,
  async () => {
    await using disk = mountSmallDisk(16)!;
    const folder = path.join(disk.folder, 'frames');
    const clock = new FakeClock();
    const { now, timers } = clock;
    const made = new Recorder({ folder, launchId: 'l1', now, timers, logger: { warn: () => undefined } });
    made.open();
    try {
      made.record(call());
      await made.look();
      await disk.leave(64 * 1024);
      for (let n = 0; n < 3; n += 1) made.record(call(100_000));
      clock.advance(50);
      await vi.waitFor(() => expect(made.health).toMatchObject({ code: 'recorder_full', droppedFrames: 3 }), WAIT);
      made.record(call(300 * 1024)); // it would have a file of its own
      clock.advance(50);
      await vi.waitFor(() => expect(made.health).toMatchObject({ code: 'recorder_full', droppedFrames: 4 }), WAIT);
      expect(readdirSync(path.join(folder, 'bodies'))).toEqual([]);
      await disk.leave(8 * MIB);
      made.record(call());
      clock.advance(50);
      await vi.waitFor(() => expect(made.health).toEqual({ status: 'on', droppedFrames: 4 }), WAIT);
      made.record(call());
      const frames = (await made.page({ limit: 10 })).frames.toReversed();
      expect(frames.map(({ kind }) => kind)).toEqual(['request', 'request', 'gap', 'request']);
      expect(frames[2]).toMatchObject({ dropped: 4 });
    } finally {
      await made.close();
    }
  },
);
