import { idOfAgent } from '../protocol/agent-id.ts';
import type { SessionState } from '../protocol/state.ts';
import type { SessionPulse } from '../protocol/ticks.ts';

/** How long a client that only posts may be silent before its state is called unknown. */
const UNSEEN_MS = 30_000;

/** Agents by whether one of their sessions has a connection. An agent counts once. */
export interface Presence {
  /** With a live session. */
  readonly live: number;
  /** With live sessions, none of which shows whether the agent is still there: see {@link isUnseen}. */
  readonly unseen: number;
  /** With dropped sessions only: their connection is lost, and they may come back. */
  readonly lost: number;
}

/** Whether a session's agent is there. The hub drops a session whose agent has gone, or was not heard of for long. */
export function isLive({ status }: Pick<SessionState, 'status'>): boolean {
  return status !== 'dropped';
}

/**
 * Whether nothing shows if a live session's agent is still there: it has nothing open and was not heard for a while.
 * Killed or thinking: a client that only posts looks the same.
 */
export function isUnseen(
  { status }: Pick<SessionState, 'status'>,
  pulse: Pick<SessionPulse, 'isOpen' | 'lastFrameAt'> | undefined,
  now: number,
): boolean {
  return status === 'ready' && pulse?.isOpen === false && now - pulse.lastFrameAt > UNSEEN_MS;
}

/** The agents (`agentId`) that have a connection. */
export function agentsThere(sessions: Iterable<Pick<SessionState, 'keyId' | 'agent' | 'status'>>): ReadonlySet<string> {
  return new Set([...sessions].filter(isLive).map(idOfAgent));
}

/**
 * How many agents are there, and of how many the connection is lost. An agent with several sessions counts once.
 *
 * @param isSilent whether a live session is {@link isUnseen}; none is where it is left out
 */
export function presenceIn<S extends Pick<SessionState, 'keyId' | 'agent' | 'status'>>(
  sessions: Iterable<S>,
  isSilent: (session: S) => boolean = () => false,
): Presence {
  const known = new Set<string>();
  const connected = new Set<string>();
  const heard = new Set<string>();
  for (const session of sessions) {
    const id = idOfAgent(session);
    known.add(id);
    if (!isLive(session)) continue;
    connected.add(id);
    if (!isSilent(session)) heard.add(id);
  }
  return { live: heard.size, unseen: connected.size - heard.size, lost: known.size - connected.size };
}

/** `50 agents, 2 with nothing open, 450 lost`; all but the first are named only where there are any. */
export function presenceWords(presence: Presence, count: (n: number) => string): string {
  return `${count(presence.live)} ${presenceUnit(presence, count)}`;
}

/** {@link presenceWords} without the first number. */
export function presenceUnit({ live, unseen, lost }: Presence, count: (n: number) => string): string {
  return [
    live === 1 ? 'agent' : 'agents',
    ...(unseen === 0 ? [] : [`${count(unseen)} with nothing open`]),
    ...(lost === 0 ? [] : [`${count(lost)} lost`]),
  ].join(', ');
}

/** Live sessions before dropped ones; the newest first among each. */
export function byPresence(a: SessionState, b: SessionState): number {
  if (isLive(a) !== isLive(b)) return isLive(a) ? -1 : 1;
  return b.openedAt - a.openedAt;
}
