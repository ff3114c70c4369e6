import type { SessionState } from '../../../protocol/state.ts';
import type { AgentSession } from './agent-session.ts';

/**
 * The id of the session that has been idle for longest, of those with nothing under way; first those whose client has
 * gone.
 *
 * @param inUse sessions that were used since the hub started; all others come before them
 * @param elapsedAt a time of the log, on the clock that only runs
 */
export function longestIdle(
  states: readonly SessionState[],
  inUse: ReadonlyMap<string, AgentSession>,
  elapsedAt: (at: number) => number,
): string | undefined {
  const usedAt = ({ id, since }: SessionState): number => inUse.get(id)?.activeElapsed ?? elapsedAt(since);
  const isHere = ({ status }: SessionState): number => Number(status !== 'dropped');
  return states
    .filter(({ id }) => inUse.get(id)?.busy !== true)
    .toSorted((a, b) => isHere(a) - isHere(b) || usedAt(a) - usedAt(b))[0]?.id;
}
