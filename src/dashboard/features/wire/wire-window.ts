import type { FrameRecord } from '../../../protocol/frame-record.ts';

/** Most frames kept: the far end is dropped, and read again when scrolled to. */
export const MOST_FRAMES = 5_000;

/** The part of the recording that the screen holds, newest first. */
export interface WireWindow {
  readonly frames: readonly FrameRecord[];
  /** Place from which older frames are read; undefined where there are none. */
  readonly olderThan: number | undefined;
}

/** Adds frames from before the oldest one of the window. */
export function withOlderFrames(
  window: WireWindow,
  frames: readonly FrameRecord[],
  reached: number,
  more: boolean,
): WireWindow {
  const last = window.frames.at(-1)?.place ?? Infinity;
  const all = [...window.frames, ...frames.filter(({ place }) => place < last)];
  return { frames: all, olderThan: more ? reached : undefined };
}

/**
 * Takes frames of the tail: one that is there has changed, a newer one is put in front while the list is live. One
 * that is older than all that are there, or was not of the filter, is none of the list's.
 *
 * @returns the window, and how many newer ones were not put in front
 */
export function withTail(
  window: WireWindow,
  tail: readonly FrameRecord[],
  isLive: boolean,
): { readonly window: WireWindow; readonly unseen: number } {
  const newest = window.frames[0]?.place ?? 0;
  const changed = new Map<number, FrameRecord>();
  const added = new Map<number, FrameRecord>();
  for (const frame of tail) (frame.place > newest ? added : changed).set(frame.place, frame);
  const isChanged = window.frames.some(({ place }) => changed.has(place));
  const kept = isChanged ? window.frames.map((frame) => changed.get(frame.place) ?? frame) : window.frames;
  if (!isLive || added.size === 0) return { window: { ...window, frames: kept }, unseen: added.size };
  const fresh = [...added.values()].toSorted((one, other) => other.place - one.place);
  const all = [...fresh, ...kept];
  if (all.length <= MOST_FRAMES) return { window: { ...window, frames: all }, unseen: 0 };
  const frames = all.slice(0, MOST_FRAMES);
  return { window: { frames, olderThan: frames.at(-1)?.place }, unseen: 0 };
}
