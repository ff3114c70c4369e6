import type { FrameRecord } from '../frame-record.ts';

/** The launch of a frame: its id without the number. */
function launchOf({ id }: FrameRecord): string {
  return id.slice(0, id.lastIndexOf('_'));
}

/**
 * Ms of each frame since the first one, on a clock that never goes back. Within a launch of the hub it is the clock
 * that never jumps; from one to the next it is the time of day, as far as that went on.
 *
 * @param frames in the order of their places
 */
export function clockOf(frames: readonly FrameRecord[]): ReadonlyMap<string, number> {
  const clock = new Map<string, number>();
  let now = 0;
  let before: FrameRecord | undefined;
  for (const frame of frames) {
    if (before) {
      const isSameLaunch = launchOf(before) === launchOf(frame);
      const passed = isSameLaunch ? frame.elapsedMs - before.elapsedMs : frame.at - before.at;
      now += Math.max(0, passed);
    }
    clock.set(frame.id, now);
    before = frame;
  }
  return clock;
}
