import type { HubEvent } from '../../src/protocol/events.ts';

export const agent = (key: string) => ({ kind: 'agent', key, session: `ses_${key}` }) as const;

/** A tool called by the session of a key. */
export function toolCalled(seq: number, key: string, at: number, cause?: string): HubEvent {
  return {
    seq,
    at,
    actor: agent(key),
    ...(cause === undefined ? {} : { cause }),
    type: 'tool.called',
    tool: 'lock_acquire',
    sessionId: `ses_${key}`,
    argsDigest: '',
    outcome: 'ok',
    ms: 1,
    workspace: 'wsp_1',
  };
}

/** A lock on `plan.md`, granted at the time of its seq. */
export function lockAcquired(seq: number, key: string, cause: string): HubEvent {
  return {
    seq,
    at: seq,
    actor: agent(key),
    cause,
    type: 'lock.acquired',
    workspace: 'wsp_1',
    path: 'plan.md',
    lockId: 'lck_1',
    keyId: key,
    ttlMs: 60_000,
    expiresAt: 60_000,
    waitedMs: 0,
  };
}
