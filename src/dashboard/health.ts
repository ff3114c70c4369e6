import type { SessionState } from '../protocol/state.ts';
import type { SessionPulse } from '../protocol/ticks.ts';
import { formatDuration } from '../protocol/words/units.ts';
import { isLive, isUnseen } from './presence.ts';
import type { Tone } from './ui/tone.ts';

/** How its dot looks, by the health in one word. */
export const healthLooks = {
  lost: { tone: 'waiting', isHollow: true },
  opening: { tone: 'waiting', isHollow: false },
  slow: { tone: 'waiting', isHollow: false },
  waits: { tone: 'waiting', isHollow: false },
  unseen: { tone: undefined, isHollow: true },
  quiet: { tone: undefined, isHollow: false },
  ready: { tone: 'proceed', isHollow: false },
} as const satisfies Readonly<Record<string, { readonly tone: Tone | undefined; readonly isHollow: boolean }>>;

export interface Health {
  readonly brief: keyof typeof healthLooks;
  readonly words: string;
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
  if (live.length === 0) return { brief: 'lost', words: 'Lost' };
  if (live.every(({ status }) => status === 'opening')) return { brief: 'opening', words: 'Shaking hands' };
  const pulses = live.map(({ id }) => pulseOf(id));
  if (pulses.some((pulse) => (pulse?.queuedBytes ?? 0) > SLOW_BYTES)) {
    return { brief: 'slow', words: 'Slow: what is sent to it piles up' };
  }
  const lastAt = Math.max(...live.map(({ openedAt }, at) => pulses[at]?.lastFrameAt ?? openedAt));
  const silentMs = now - lastAt;
  if (live.every((session, at) => isUnseen(session, pulses[at], now))) {
    return { brief: 'unseen', words: `Nothing open, last heard ${wholly(silentMs, 10_000)} ago` };
  }
  if (silentMs > QUIET_MS) return { brief: 'quiet', words: `Quiet for ${wholly(silentMs, 60_000)}` };
  return { brief: 'ready', words: 'Connected' };
}

/** A span without what is less than a unit, so that it is not written anew all the time. */
function wholly(ms: number, unitMs: number): string {
  return formatDuration(ms - (ms % unitMs));
}
