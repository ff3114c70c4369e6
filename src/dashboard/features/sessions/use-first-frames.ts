import { firstFrames } from '../../../protocol/handshake/load.ts';
import type { Frame } from '../../../protocol/frames.ts';
import { toFrame } from '../../../protocol/session-frame.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { useLoad } from '../../ui/use-load.ts';
import { keptSince } from './frame-kinds.ts';

/**
 * The frames among which the handshake of a session is: those of its page, or, where these begin later, the first that
 * are recorded of it. Undefined while they are read.
 *
 * @param frames the last frames of the session, oldest first; undefined while they are fetched
 */
export function useFirstFrames(
  { id, openedAt }: Pick<SessionState, 'id' | 'openedAt'>,
  frames: readonly Frame[] | undefined,
): readonly Frame[] | undefined {
  const isLater = frames !== undefined && keptSince(frames, openedAt) !== undefined;
  const load = useLoad(`first frames ${id} ${isLater}`, async (hub) =>
    isLater ? (await firstFrames(hub, id)).map(toFrame) : undefined,
  );
  if (!isLater) return frames;
  return load.status === 'loading' ? undefined : (load.data ?? frames);
}
