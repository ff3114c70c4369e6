import { z } from 'zod';
import { belongsTo, type AgentRef } from '../../../../protocol/agent-id.ts';
import type { HubState, LockState } from '../../../../protocol/state.ts';
import { agentNamed, keyName, time, timeShape } from './common.ts';

/** Waiters that a lock is shown with. */
const MOST_WAITERS = 10;

const ttl = z.number().describe('Seconds');

export const lockShape = z.strictObject({
  path: z.string(),
  key_id: z.string().describe('The key that holds it'),
  key_name: z.string(),
  agent: z.string().optional().describe('The agent of that key'),
  mine: z.boolean().describe('Whether that is you'),
  lock_token: z.string().optional().describe('Present only when the lock is yours, or of another agent of your key'),
  fence: z.number().int(),
  acquired_at: timeShape,
  expires_at: timeShape,
  ttl_s: ttl,
  reason: z.string().optional(),
  waiters: z
    .array(
      z.strictObject({
        key_id: z.string(),
        key_name: z.string(),
        agent: z.string().optional(),
        mine: z.boolean(),
        since: timeShape,
        wait_until: timeShape,
        ttl_s: ttl,
        reason: z.string().optional(),
      }),
    )
    .describe(`Who waits for it, the first ${MOST_WAITERS} at most; the first is granted next`),
  waiter_count: z.number().int().min(0).describe('How many wait for it'),
});
export type LockView = z.output<typeof lockShape>;

/** A held lock as an agent may see it: the token is its key's. */
export function lockView(lock: LockState, me: AgentRef, state: HubState): LockView {
  return {
    path: lock.path,
    key_id: lock.keyId,
    key_name: keyName(lock.keyId, state),
    ...agentNamed(lock, state),
    mine: belongsTo(lock, me),
    ...(lock.keyId === me.keyId ? { lock_token: lock.lockId } : {}),
    fence: lock.fence,
    acquired_at: time(lock.acquiredAt),
    expires_at: time(lock.expiresAt),
    ttl_s: lock.ttlMs / 1000,
    ...(lock.reason === undefined ? {} : { reason: lock.reason }),
    waiters: lock.waiters.slice(0, MOST_WAITERS).map((waiter) => ({
      key_id: waiter.keyId,
      key_name: keyName(waiter.keyId, state),
      ...agentNamed(waiter, state),
      mine: belongsTo(waiter, me),
      since: time(waiter.since),
      wait_until: time(waiter.waitUntil),
      ttl_s: waiter.ttlMs / 1000,
      ...(waiter.reason === undefined ? {} : { reason: waiter.reason }),
    })),
    waiter_count: lock.waiters.length,
  };
}

/** The locks held in a workspace, by path. */
export function locksOf(workspace: string, state: HubState): LockState[] {
  return [...state.locks.in(workspace)].sort((a, b) => (a.path < b.path ? -1 : 1));
}
