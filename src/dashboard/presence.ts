import { idOfAgent } from '../protocol/agent-id.ts';
import type { SessionState } from '../protocol/state.ts';

/** Agents by whether one of their sessions has a connection. */
export interface Presence {
  /** With a live session. */
  readonly live: number;
  /** With dropped sessions only: their connection is lost, and they may come back. */
  readonly lost: number;
}

/** Whether a session's agent is there. The hub drops a session whose agent has gone, or was not heard of for long. */
export function isLive({ status }: Pick<SessionState, 'status'>): boolean {
  return status !== 'dropped';
}

/** The keys of the agents that have a connection. */
export function keysThere(sessions: Iterable<Pick<SessionState, 'keyId' | 'status'>>): ReadonlySet<string> {
  return new Set([...sessions].filter(isLive).map(({ keyId }) => keyId));
}

/** How many agents are there, and of how many the connection is lost. An agent with several sessions counts once. */
export function presenceIn(sessions: Iterable<Pick<SessionState, 'keyId' | 'agent' | 'status'>>): Presence {
  const live = new Set<string>();
  const known = new Set<string>();
  for (const session of sessions) {
    const id = idOfAgent(session);
    known.add(id);
    if (isLive(session)) live.add(id);
  }
  return { live: live.size, lost: known.size - live.size };
}

/** `50 agents, 450 lost`; those lost are named only where there are any. */
export function presenceWords({ live, lost }: Presence, count: (n: number) => string): string {
  return `${count(live)} ${live === 1 ? 'agent' : 'agents'}${lost === 0 ? '' : `, ${count(lost)} lost`}`;
}

/** Live sessions before dropped ones; the newest first among each. */
export function byPresence(a: SessionState, b: SessionState): number {
  if (isLive(a) !== isLive(b)) return isLive(a) ? -1 : 1;
  return b.openedAt - a.openedAt;
}
