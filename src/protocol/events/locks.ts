import { z } from 'zod';
import { hubErrorCodes } from '../errors.ts';

/** Locks and the queues for them. */
export const lockEvents = [
  z.object({
    type: z.literal('lock.acquired'),
    workspace: z.string(),
    path: z.string(),
    /** The lock token. Its fence is this event's seq. */
    lockId: z.string(),
    keyId: z.string(),
    sessionId: z.string().optional(),
    ttlMs: z.number().int(),
    expiresAt: z.number(),
    reason: z.string().optional(),
    /** The waiter that this grant answers, when it had to queue. */
    waiterId: z.string().optional(),
    waitedMs: z.number(),
  }),
  z.object({
    type: z.literal('lock.queued'),
    workspace: z.string(),
    path: z.string(),
    waiterId: z.string(),
    keyId: z.string(),
    sessionId: z.string().optional(),
    ttlMs: z.number().int(),
    /** When the wait gives up, ms since the epoch. */
    waitUntil: z.number(),
    reason: z.string().optional(),
  }),
  z.object({
    type: z.literal('lock.renewed'),
    workspace: z.string(),
    path: z.string(),
    lockId: z.string(),
    ttlMs: z.number().int(),
    expiresAt: z.number(),
  }),
  z.object({
    type: z.literal('lock.released'),
    workspace: z.string(),
    path: z.string(),
    lockId: z.string(),
    keyId: z.string(),
    fence: z.number().int(),
    how: z.enum(['released', 'expired', 'forced', 'revoked', 'workspace_deleted']),
    heldMs: z.number(),
  }),
  z.object({
    type: z.literal('lock.refused'),
    workspace: z.string(),
    path: z.string(),
    keyId: z.string(),
    sessionId: z.string().optional(),
    /** Present when a queued waiter leaves the queue; absent when it never got in. */
    waiterId: z.string().optional(),
    code: z.enum(hubErrorCodes),
    /** For `deadlock`: key ids, each waiting for a lock of the next, the last for the first's. */
    cycle: z.array(z.string()).optional(),
  }),
] as const;
