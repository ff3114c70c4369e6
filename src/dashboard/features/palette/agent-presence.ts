import type { SessionState } from '../../../protocol/state.ts';
import type { SessionPulse } from '../../../protocol/ticks.ts';
import { agentHealth } from '../../health.ts';

/**
 * Whether an agent is there, in words; lower ranks come first.
 *
 * @param sessions its own; undefined: it has none
 */
export function agentPresence(
  sessions: readonly SessionState[] | undefined,
  pulseOf: (sessionId: string) => SessionPulse | undefined,
  now: number,
): { readonly rank: number; readonly words: string } {
  if (!sessions) return { rank: 3, words: 'not connected' };
  const { brief, words } = agentHealth(sessions, pulseOf, now);
  if (brief === 'lost') return { rank: 2, words: 'connection lost' };
  return { rank: brief === 'unseen' ? 1 : 0, words: words.toLowerCase() };
}
