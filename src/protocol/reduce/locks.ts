import type { EventOf, EventsOf } from '../events.ts';
import { placeKey } from '../place-key.ts';
import type { HubState, LockState, LockWaiter } from '../state.ts';
import { timeOf } from '../time-of.ts';

/**
 * Held locks and their queues. A released lock that has waiters stays in the map until the grant to the
 * first of them, in the same commit, takes its place: the queue is kept there.
 */
export function reduceLock(state: HubState, event: EventsOf<'lock'>): void {
  const key = placeKey(event.workspace, event.path);
  const was = state.locks.get(key);
  switch (event.type) {
    case 'lock.acquired': {
      const waiters = (was?.waiters ?? []).filter(({ waiterId }) => waiterId !== event.waiterId);
      state.locks.set(key, granted(event, waiters));
      return;
    }
    case 'lock.queued':
      if (was) state.locks.set(key, { ...was, waiters: [...was.waiters, waiting(event)] });
      return;
    case 'lock.renewed':
      if (was) state.locks.set(key, { ...was, ttlMs: event.ttlMs, expiresAt: event.expiresAt });
      return;
    case 'lock.released':
      if (was && was.waiters.length === 0) state.locks.delete(key);
      return;
    case 'lock.refused':
      if (was && event.waiterId !== undefined) {
        const waiters = was.waiters.filter(({ waiterId }) => waiterId !== event.waiterId);
        state.locks.set(key, { ...was, waiters });
      }
      return;
    default:
      event satisfies never;
  }
}

function granted(event: EventOf<'lock.acquired'>, waiters: readonly LockWaiter[]): LockState {
  return {
    lockId: event.lockId,
    workspace: event.workspace,
    path: event.path,
    keyId: event.keyId,
    ...(event.agent === undefined ? {} : { agent: event.agent }),
    ...(event.sessionId === undefined ? {} : { sessionId: event.sessionId }),
    fence: event.seq,
    acquiredAt: timeOf(event),
    ttlMs: event.ttlMs,
    expiresAt: event.expiresAt,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    waiters,
  };
}

function waiting(event: EventOf<'lock.queued'>): LockWaiter {
  return {
    waiterId: event.waiterId,
    keyId: event.keyId,
    ...(event.agent === undefined ? {} : { agent: event.agent }),
    ...(event.sessionId === undefined ? {} : { sessionId: event.sessionId }),
    ttlMs: event.ttlMs,
    since: timeOf(event),
    waitUntil: event.waitUntil,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    ...(event.cause === undefined ? {} : { cause: event.cause }),
  };
}
