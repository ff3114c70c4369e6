import { z } from 'zod';
import { agentId } from '../agent-id.ts';
import { hubErrorCodes } from '../errors.ts';
import { workspaceUri } from '../uris.ts';
import { because } from '../words/because.ts';
import { data, type Subject } from '../words/part.ts';
import { refusalWords } from '../words/refusal-words.ts';
import { formatDuration } from '../words/units.ts';
import { defineEvent, type EventReference } from './define-event.ts';

interface LockPlace {
  readonly workspace: string;
  readonly path: string;
}

const references = ({ workspace, path }: LockPlace): readonly EventReference[] => [{ kind: 'lock', workspace, path }];
const resources = ({ workspace }: LockPlace): readonly string[] => [workspaceUri(workspace, 'locks')];

/** The agent of the key, by its name; absent in logs of before keys had agents. */
const agent = z.string().optional();
/** Where the lock is. */
const place = { workspace: z.string(), path: z.string() };
/** The agent that asked for it, and in which session. */
const byAgent = { keyId: z.string(), agent, sessionId: z.string().optional() };

/** The agent that asked for the lock. The actor may be another: the one whose release granted it. */
function asker({
  keyId: key,
  agent,
  sessionId: session,
}: {
  readonly keyId: string;
  readonly agent?: string | undefined;
  readonly sessionId?: string | undefined;
}): Subject {
  return {
    kind: 'agent',
    key,
    ...(agent === undefined ? {} : { agent }),
    ...(session === undefined ? {} : { session }),
  };
}

/** What events of locks have in common, but for those that only the log is to have. */
const ofLocks = { feed: 'shown', references, state: ['locks'], projections: [] } as const;

/** Locks and the queues for them. */
export const lockEvents = [
  defineEvent({
    type: 'lock.acquired',
    fields: {
      ...place,
      /** The lock token. Its fence is this event's seq. */
      lockId: z.string(),
      ...byAgent,
      ttlMs: z.number().int(),
      expiresAt: z.number(),
      reason: z.string().optional(),
      /** The waiter that this grant answers, when it had to queue. */
      waiterId: z.string().optional(),
      waitedMs: z.number(),
    },
    words: ({ path, waiterId, ttlMs, waitedMs }) => [
      'locked ',
      data(path),
      waiterId === undefined ? ` for ${formatDuration(ttlMs)}` : ` after waiting ${formatDuration(waitedMs)}`,
    ],
    subject: asker,
    tone: 'proceed',
    ...ofLocks,
    notified: { level: 'info', resources },
  }),
  defineEvent({
    type: 'lock.queued',
    fields: {
      ...place,
      waiterId: z.string(),
      ...byAgent,
      ttlMs: z.number().int(),
      /** When the wait gives up, ms since the epoch. */
      waitUntil: z.number(),
      reason: z.string().optional(),
    },
    words: ({ path }) => ['waits for the lock on ', data(path)],
    tone: 'waiting',
    ...ofLocks,
    // Neither a place in a queue nor a refusal: agents that try again when notified would wake each other for ever.
    notified: false,
  }),
  defineEvent({
    type: 'lock.renewed',
    fields: {
      ...place,
      lockId: z.string(),
      ttlMs: z.number().int(),
      expiresAt: z.number(),
    },
    words: ({ path, ttlMs }) => ['renewed the lock on ', data(path), ` for ${formatDuration(ttlMs)}`],
    tone: 'none',
    ...ofLocks,
    notified: { level: 'debug', resources },
  }),
  defineEvent({
    type: 'lock.released',
    fields: {
      ...place,
      lockId: z.string(),
      keyId: z.string(),
      agent,
      fence: z.number().int(),
      how: z.enum(['released', 'expired', 'forced', 'revoked', 'workspace_deleted']),
      heldMs: z.number(),
      /** Why it was taken from its holder, in the person's own words. */
      reason: z.string().optional(),
    },
    words: ({ how, path, keyId, agent, heldMs, reason }) => {
      const holder = { agent: agentId(keyId, agent) };
      switch (how) {
        case 'released':
          return ['released ', data(path), `, held ${formatDuration(heldMs)}`];
        case 'expired':
          return ['let the lock of ', holder, ' on ', data(path), ' expire'];
        case 'forced':
          return ['took the lock on ', data(path), ' from ', holder, ...because(reason)];
        case 'revoked':
        case 'workspace_deleted':
          return ['freed ', data(path), ' of ', holder];
        default:
          return how satisfies never;
      }
    },
    tone: ({ how }) => (how === 'released' ? 'none' : 'waiting'),
    ...ofLocks,
    notified: { level: 'info', resources },
  }),
  defineEvent({
    type: 'lock.refused',
    fields: {
      ...place,
      ...byAgent,
      /** Present when a queued waiter leaves the queue; absent when it never got in. */
      waiterId: z.string().optional(),
      code: z.enum(hubErrorCodes),
      /** For `deadlock`: key ids, each waiting for a lock of the next, the last for the first's. */
      cycle: z.array(z.string()).optional(),
      /** The names of their agents, in the same order; empty for one without. */
      cycleAgents: z.array(z.string()).optional(),
    },
    words: ({ path, waiterId, code }) => [
      waiterId === undefined ? 'could not lock ' : 'no longer waits for ',
      data(path),
      // The one conflict that a lock knows.
      `: ${code === 'conflict' ? 'it has it, or waits for it, already' : refusalWords(code)}`,
    ],
    subject: asker,
    tone: 'refused',
    ...ofLocks,
    notified: false,
  }),
] as const;
