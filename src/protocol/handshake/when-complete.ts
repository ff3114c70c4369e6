import type { FrameRecord } from '../frame-record.ts';
import { isRequest } from './parts.ts';
import { STATELESS } from '../wire-names.ts';

/**
 * The frame with which a handshake is complete: `notifications/initialized` after an `initialize` that was answered;
 * on the stateless wire the first answer. Undefined before that.
 */
export function completion(frames: readonly FrameRecord[]): FrameRecord | undefined {
  const isStateless = frames.some(({ wire }) => wire === STATELESS);
  if (isStateless)
    return frames.find(
      ({ kind, outcome, direction }) => kind === 'response' && direction === 'out' && outcome === 'ok',
    );
  const answered = frames.find((frame) => isRequest(frame, 'initialize') && frame.outcome === 'ok');
  if (!answered) return undefined;
  return frames.find(
    ({ place, direction, method }) =>
      place > answered.place && direction === 'in' && method === 'notifications/initialized',
  );
}
