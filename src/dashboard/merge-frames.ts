import type { Frame } from '../protocol/frames.ts';

/**
 * Merges frames, oldest first: new ones go behind, changed ones (a request that was answered) into their places, as do
 * frames that turned out to be of this session. At most the last `most`.
 */
export function mergeFrames(kept: readonly Frame[], came: readonly Frame[], most: number): readonly Frame[] {
  const last = kept.at(-1)?.n ?? -1;
  const behind = came.every(({ n }, at) => n > (came[at - 1]?.n ?? last));
  if (behind) return [...kept, ...came].slice(-most);
  const byNumber = new Map([...kept, ...came].map((frame) => [frame.n, frame]));
  return [...byNumber.values()].sort((a, b) => a.n - b.n).slice(-most);
}
