import type { SessionState } from '../../../protocol/state.ts';
import type { SessionPulse } from '../../../protocol/ticks.ts';
import { formatDuration } from '../../../protocol/words/units.ts';
import { isLive } from '../../presence.ts';
import type { Tone } from '../../ui/tone.ts';

export interface Health {
  readonly tone: Tone | undefined;
  readonly words: string;
  readonly isHollow: boolean;
}

/** Queued bytes above which a stream counts as slow. */
const SLOW_BYTES = 64 * 1024;
/** After this long without a message of it a connected agent is called quiet. */
const QUIET_MS = 5 * 60_000;

/** Health of an agent: that of its best session. */
export function agentHealth(
  sessions: readonly SessionState[],
  pulseOf: (sessionId: string) => SessionPulse | undefined,
  now: number,
): Health {
  const live = sessions.filter(isLive);
  if (live.length === 0) return { tone: 'waiting', words: 'Lost', isHollow: true };
  if (live.every(({ status }) => status === 'opening'))
    return { tone: 'waiting', words: 'Shaking hands', isHollow: false };
  const pulses = live.map(({ id }) => pulseOf(id));
  if (pulses.some((pulse) => (pulse?.queuedBytes ?? 0) > SLOW_BYTES)) {
    return { tone: 'waiting', words: 'Slow: what is sent to it piles up', isHollow: false };
  }
  const lastAt = Math.max(...live.map(({ openedAt }, at) => pulses[at]?.lastFrameAt ?? openedAt));
  if (now - lastAt > QUIET_MS) {
    return {
      tone: undefined,
      words: `Quiet for ${formatDuration(now - lastAt - ((now - lastAt) % 60_000))}`,
      isHollow: false,
    };
  }
  return { tone: 'proceed', words: 'Connected', isHollow: false };
}
