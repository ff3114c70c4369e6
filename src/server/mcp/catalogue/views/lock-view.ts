import { z } from 'zod';
import type { HubState, LockState } from '../../../../protocol/state.ts';
import { keyName, time, timeShape } from './common.ts';

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
    .describe('Who waits for it; the first is granted next'),
});

/** A held lock as `keyId` may see it. */
export function lockView(lock: LockState, keyId: string, state: HubState): z.output<typeof lockShape> {
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
    waiters: lock.waiters.map((waiter) => ({
      key_id: waiter.keyId,
      key_name: keyName(waiter.keyId, state),
      mine: waiter.keyId === keyId,
      since: time(waiter.since),
      wait_until: time(waiter.waitUntil),
      ttl_s: waiter.ttlMs / 1000,
      ...(waiter.reason === undefined ? {} : { reason: waiter.reason }),
    })),
  };
}

/** The locks held in a workspace, by path. */
export function locksOf(workspace: string, state: HubState): LockState[] {
  return [...state.locks.values()]
    .filter((lock) => lock.workspace === workspace)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
