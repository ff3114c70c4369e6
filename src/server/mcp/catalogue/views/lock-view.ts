import { z } from 'zod';
import type { HubState, LockState } from '../../../../protocol/state.ts';
import { keyName, time, timeShape } from './common.ts';

/** Waiters that a lock is shown with. */
const MOST_WAITERS = 10;

const ttl = z.number().describe('Seconds');

export const lockShape = z.strictObject({
  path: z.string(),
  key_id: z.string().describe('The key that holds it'),
  key_name: z.string(),
  mine: z.boolean().describe('Whether that is your key'),
  lock_token: z.string().optional().describe('Present only when the lock is yours'),
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

/** A held lock as `keyId` may see it. */
export function lockView(lock: LockState, keyId: string, state: HubState): LockView {
  const mine = lock.keyId === keyId;
  return {
    path: lock.path,
    key_id: lock.keyId,
    key_name: keyName(lock.keyId, state),
    mine,
    ...(mine ? { lock_token: lock.lockId } : {}),
    fence: lock.fence,
    acquired_at: time(lock.acquiredAt),
    expires_at: time(lock.expiresAt),
    ttl_s: lock.ttlMs / 1000,
    ...(lock.reason === undefined ? {} : { reason: lock.reason }),
    waiters: lock.waiters.slice(0, MOST_WAITERS).map((waiter) => ({
      key_id: waiter.keyId,
      key_name: keyName(waiter.keyId, state),
      mine: waiter.keyId === keyId,
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
