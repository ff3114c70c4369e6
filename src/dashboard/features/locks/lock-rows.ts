import { idOfAgent } from '../../../protocol/agent-id.ts';
import type { LockState } from '../../../protocol/state.ts';

/**
 * The locks of a workspace (of all if undefined) with a word in path, reason, or who holds it or waits for it. Longest
 * held first, so that renewals do not move rows.
 *
 * @param nameOf what an agent (`agentId`) is called
 */
export function lockRows(
  locks: Iterable<LockState>,
  filter: { readonly workspace?: string; readonly text: string },
  nameOf: (agent: string) => string,
): readonly LockState[] {
  const word = filter.text.trim().toLowerCase();
  const rows: LockState[] = [];
  for (const lock of locks) {
    if (filter.workspace !== undefined && lock.workspace !== filter.workspace) continue;
    if (word !== '' && !mentions(lock, word, nameOf)) continue;
    rows.push(lock);
  }
  return rows.sort((a, b) => a.fence - b.fence);
}

function mentions(lock: LockState, word: string, nameOf: (agent: string) => string): boolean {
  if (lock.path.toLowerCase().includes(word)) return true;
  if (lock.reason?.toLowerCase().includes(word)) return true;
  return [lock, ...lock.waiters].some((one) => nameOf(idOfAgent(one)).toLowerCase().includes(word));
}

/** How much of a lease or a wait is left: `ms` never negative, `fraction` from 1 to 0. */
export function timeLeft(span: { from: number; until: number }, now: number): { ms: number; fraction: number } {
  const ms = Math.max(0, span.until - now);
  const whole = Math.max(1, span.until - span.from);
  return { ms, fraction: Math.min(1, ms / whole) };
}

/** When a lock's present lease began: its last grant or renewal. */
export function leaseStart(lock: LockState): number {
  return lock.expiresAt - lock.ttlMs;
}

/** Whether so little is left that it is shown in bold. */
export function isNearlyOver(fraction: number): boolean {
  return fraction <= 0.25;
}
