import path from 'node:path';
import type { Timers } from '../../src/hub/timers.ts';
import { HubError } from '../../src/protocol/errors.ts';
import type { Frame, FrameDetail } from '../../src/protocol/frames.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { toFrame } from '../../src/protocol/session-frame.ts';
import { toDetail } from '../../src/server/desk/frame-detail.ts';

/** A recorder in a data directory, as a hub has one. Close it. */
export function openTestRecorder(
  { dataDir, launchId }: { readonly dataDir: string; readonly launchId: string },
  { now, timers }: { readonly now: () => number; readonly timers: Timers },
): Recorder {
  const folder = path.join(dataDir, 'frames');
  const recorder = new Recorder({ folder, launchId, now, timers, logger: { warn: () => undefined } });
  recorder.open();
  return recorder;
}

/** The recorded frames of a session, oldest first, but for signs of life. */
export async function framesOf(recorder: Recorder, sessionId: string): Promise<Frame[]> {
  const { frames } = await recorder.page({ sessionId, limit: 10_000, noKeepAlives: true });
  return frames.map(toFrame).reverse();
}

/** A recorded frame; `undefined` where it is not kept. */
export async function frameOf(recorder: Recorder, id: unknown): Promise<FrameDetail | undefined> {
  try {
    return toDetail(await recorder.get(String(id)));
  } catch (error) {
    if (error instanceof HubError && error.code === 'gone') return undefined;
    throw error;
  }
}
