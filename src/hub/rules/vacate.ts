import type { AgentRef } from '../../protocol/agent-id.ts';
import type { HubErrorCode } from '../../protocol/errors.ts';
import type { EventBody } from '../../protocol/events.ts';
import { roleAtLeast } from '../../protocol/roles.ts';
import type { HubState, LockState, LockWaiter } from '../../protocol/state.ts';
import type { RuleEnv } from '../rule.ts';

type Released = Extract<EventBody, { type: 'lock.released' }>;

/** How a lock is released, and why where somebody said so. */
interface Release {
  readonly how: Released['how'];
  readonly reason: string | undefined;
}

/** The result of a release: events, and the next holder. */
export interface Vacated {
  readonly events: readonly EventBody[];
  /** The next holder's key with the token and expiry of its grant; undefined if the path is free. */
  readonly next: Pick<LockState, 'keyId' | 'agent' | 'lockId' | 'expiresAt'> | undefined;
  /** The waiters left in the queue. */
  readonly waiters: readonly LockWaiter[];
}

/**
 * The events of a release, all in one commit: waiters that can no longer be granted leave, then the lock is
 * released, then the first in the queue gets it. `leaving` names waiters that the caller removes.
 */
export function vacate(
  state: HubState,
  lock: LockState,
  release: Released['how'] | Release,
  env: Pick<RuleEnv, 'now' | 'newId'>,
  leaving: (waiter: LockWaiter) => HubErrorCode | undefined = () => undefined,
): Vacated {
  const { how, reason } = typeof release === 'string' ? { how: release, reason: undefined } : release;
  const refused: EventBody[] = [];
  const alive: LockWaiter[] = [];
  for (const waiter of lock.waiters) {
    const code = leaving(waiter) ?? deadBecause(state, lock.workspace, waiter, env.now);
    if (code === undefined) alive.push(waiter);
    else refused.push(waiterRefusal(lock, waiter, code));
  }
  const released: Released = {
    type: 'lock.released',
    workspace: lock.workspace,
    path: lock.path,
    lockId: lock.lockId,
    ...agentOf(lock),
    fence: lock.fence,
    how,
    heldMs: Math.max(0, env.now - lock.acquiredAt),
    ...(reason === undefined ? {} : { reason }),
  };
  const [first, ...waiters] = alive;
  if (!first) return { events: [...refused, released], next: undefined, waiters };
  const grant = grantTo(lock, first, env);
  return { events: [...refused, released, grant], next: grant, waiters };
}

/** `lock.refused` for a waiter, which leaves the queue. */
export function waiterRefusal(lock: LockState, waiter: LockWaiter, code: HubErrorCode): EventBody {
  return {
    type: 'lock.refused',
    workspace: lock.workspace,
    path: lock.path,
    ...agentOf(waiter),
    ...(waiter.sessionId === undefined ? {} : { sessionId: waiter.sessionId }),
    waiterId: waiter.waiterId,
    code,
  };
}

/** Why a waiter cannot be granted a lock any more; undefined when it can. */
export function deadBecause(
  state: HubState,
  workspace: string,
  waiter: LockWaiter,
  now: number,
): HubErrorCode | undefined {
  const key = state.keys.get(waiter.keyId);
  if (!key || key.revokedAt !== undefined) return 'key_revoked';
  if (key.expiresAt !== undefined && key.expiresAt <= now) return 'key_expired';
  if (!roleAtLeast(state.workspaces.get(workspace)?.roles[waiter.keyId], 'editor')) return 'forbidden';
  return waiter.waitUntil <= now ? 'lock_timeout' : undefined;
}

/**
 * The events that take a key's locks: those it holds are released and granted to the next, and it leaves the
 * queues of others. `workspace` limits this to one workspace.
 */
export function removeFromLocks(
  state: HubState,
  keyId: string,
  code: HubErrorCode,
  env: Pick<RuleEnv, 'now' | 'newId'>,
  workspace?: string,
): readonly EventBody[] {
  const events: EventBody[] = [];
  for (const lock of state.locks.of(keyId)) {
    if (workspace !== undefined && lock.workspace !== workspace) continue;
    if (lock.keyId === keyId) {
      const leaving = (waiter: LockWaiter): HubErrorCode | undefined => (waiter.keyId === keyId ? code : undefined);
      events.push(...vacate(state, lock, 'revoked', env, leaving).events);
      continue;
    }
    for (const waiter of lock.waiters) {
      if (waiter.keyId === keyId) events.push(waiterRefusal(lock, waiter, code));
    }
  }
  return events;
}

/** An agent as events and the state have it. */
export function agentOf({ keyId, agent }: AgentRef): { readonly keyId: string; readonly agent?: string } {
  return agent === undefined ? { keyId } : { keyId, agent };
}

function grantTo(
  lock: LockState,
  waiter: LockWaiter,
  env: Pick<RuleEnv, 'now' | 'newId'>,
): Extract<EventBody, { type: 'lock.acquired' }> {
  return {
    type: 'lock.acquired',
    workspace: lock.workspace,
    path: lock.path,
    lockId: env.newId('lck'),
    ...agentOf(waiter),
    ...(waiter.sessionId === undefined ? {} : { sessionId: waiter.sessionId }),
    ttlMs: waiter.ttlMs,
    expiresAt: env.now + waiter.ttlMs,
    ...(waiter.reason === undefined ? {} : { reason: waiter.reason }),
    waiterId: waiter.waiterId,
    waitedMs: Math.max(0, env.now - waiter.since),
  };
}
