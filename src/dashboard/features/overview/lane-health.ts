import type { SessionPulse } from '../../../protocol/ticks.ts';
import { agentHealth, type Health } from '../../health.ts';
import type { Lane } from './lanes.ts';

/** One that waits for a lock for longer than this is shown as waiting, ms. */
const WAITS_MS = 10_000;

/** Health of a lane: that of its agent, unless this is held up by another one. */
export function laneHealth(
  { sessions, waits }: Pick<Lane, 'sessions' | 'waits'>,
  pulseOf: (sessionId: string) => SessionPulse | undefined,
  now: number,
): Health {
  const health = agentHealth(sessions, pulseOf, now);
  const isHeldUp = waits.some(({ waiter }) => now - waiter.since >= WAITS_MS);
  const isThere = health.brief === 'ready' || health.brief === 'quiet';
  return isThere && isHeldUp ? { brief: 'waits', words: 'Waits for a lock' } : health;
}
