import { belongsTo, type AgentRef } from '../../protocol/agent-id.ts';
import { HubError, type HubErrorCode } from '../../protocol/errors.ts';
import type { AgentActor } from '../../protocol/envelope.ts';
import type { EventBody, HubEvent } from '../../protocol/events.ts';
import { placeKey } from '../../protocol/place-key.ts';
import type { HubState, LockState } from '../../protocol/state.ts';
import { requireRole } from '../permission.ts';
import type { Decision, Refusal, Rule, RuleEnv } from '../rule.ts';
import { findCycle } from './deadlock.ts';
import { newPathProblem, patternProblem } from '../paths/path.ts';
import {
  deadlock,
  holdsAlready,
  lockedAlike,
  lockedNearby,
  lockedBy,
  notHeld,
  notHolder,
  outOfRange,
  waitsAlready,
} from './lock-errors.ts';
import { noPlace, noRoom } from './lock-room.ts';
import { agentOf, deadBecause, vacate, waiterRefusal } from './vacate.ts';
import { lockAlike, lockInTheWay } from './write-guard.ts';

export const MIN_TTL_MS = 5_000;
export const MAX_TTL_MS = 3_600_000;
export const MAX_WAIT_MS = 3_600_000;

/** `path` is normalised. */
export interface AcquireLock {
  readonly workspace: string;
  readonly path: string;
  readonly ttlMs: number;
  /** 0: refuse at once when it is held. */
  readonly waitMs: number;
  readonly reason?: string;
}

export type AcquireAnswer =
  | { readonly status: 'held'; readonly lockId: string; readonly fence: number; readonly expiresAt: number }
  | { readonly status: 'queued'; readonly waiterId: string; readonly position: number };

/**
 * Takes the lock, or queues for it. Refuses with `locked` (held, and `waitMs` is 0), `deadlock`, and
 * `conflict` if the agent already holds or awaits this lock; the token is in the details.
 */
export const acquireLock: Rule<AcquireLock, AcquireAnswer> = (state, command, env) => {
  const { actor, now } = env;
  if (actor.kind !== 'agent') return notHolder();
  const bad = requireRole(state, actor, command.workspace, 'editor') ?? invalidTimes(command);
  if (bad) return bad;
  const { workspace, path } = command;
  const lock = state.locks.get(placeKey(workspace, path));
  if (!lock || lock.expiresAt <= now) {
    const unclear = env.files.byPath(workspace, path) ? undefined : (newPathProblem(path) ?? patternProblem(path));
    if (unclear) return unclear;
    const alike = lockAlike(state, workspace, path, now);
    if (alike) return refusedFor(command, actor, lockedAlike(state, path, alike, now));
    const nearby = lockInTheWay(state, workspace, path, now);
    if (nearby) return refusedFor(command, actor, lockedNearby(state, path, nearby, now));
  }
  if (!lock) return noRoom(state, command, actor, env) ?? grant(command, actor, env, []);
  if (lock.expiresAt > now) return queue(state, command, actor, env, lock, []);
  // Its lease has ended, which is not logged yet.
  const vacated = vacate(state, lock, 'expired', env);
  if (!vacated.next) {
    const full = lock.keyId === actor.key ? undefined : noRoom(state, command, actor, env);
    return full ?? grant(command, actor, env, vacated.events);
  }
  const { agent: _before, ...rest } = lock;
  const { lockId, expiresAt } = vacated.next;
  const held = { ...rest, ...agentOf(vacated.next), lockId, expiresAt, waiters: vacated.waiters };
  return queue(state, command, actor, env, held, vacated.events);
};

export interface RenewLock {
  readonly workspace: string;
  readonly path: string;
  readonly lockId: string;
  readonly ttlMs: number;
}

/** Restarts the lease from now. Refuses with `lock_not_held`. */
export const renewLock: Rule<RenewLock, { readonly expiresAt: number }> = (state, command, env) => {
  const bad = requireRole(state, env.actor, command.workspace, 'editor') ?? invalidTimes(command);
  if (bad) return bad;
  const lock = heldBy(state, command, env);
  if (lock instanceof HubError) return lock;
  const { workspace, path, lockId, ttlMs } = command;
  const expiresAt = env.now + ttlMs;
  return {
    events: [{ type: 'lock.renewed', workspace, path, lockId, ttlMs, expiresAt }],
    answer: () => ({ expiresAt }),
  };
};

export interface ReleaseLock {
  readonly workspace: string;
  readonly path: string;
  readonly lockId: string;
}

/** Frees the lock and grants the next waiter. Refuses with `lock_not_held`. */
export const releaseLock: Rule<ReleaseLock, void> = (state, command, env) => {
  const bad = requireRole(state, env.actor, command.workspace, 'viewer');
  if (bad) return bad;
  const lock = heldBy(state, command, env);
  if (lock instanceof HubError) return lock;
  return { events: vacate(state, lock, 'released', env).events, answer: () => undefined };
};

export interface ForceReleaseLock extends ReleaseLock {
  /** Why, for the log and the holder. */
  readonly reason?: string | undefined;
}

/** Releases a lock by force; only the person at the desk may. */
export const forceReleaseLock: Rule<ForceReleaseLock, void> = (state, { workspace, path, lockId, reason }, env) => {
  if (env.actor.kind === 'agent') {
    return new HubError(
      'forbidden',
      'Only the person at the desk takes a lock from its holder. Queue with wait_ms, or ask them.',
    );
  }
  const bad = requireRole(state, env.actor, workspace, 'owner');
  if (bad) return bad;
  const lock = state.locks.get(placeKey(workspace, path));
  if (lock?.lockId !== lockId) return notHeld(path, lock);
  return { events: vacate(state, lock, { how: 'forced', reason }, env).events, answer: () => undefined };
};

/** Ends the leases and waits that are over; with `most`, so many of them and those of the same lock. */
export const expireLocks: Rule<{ readonly most?: number }, void> = (state, { most = Infinity }, env) => {
  const events: EventBody[] = [];
  for (const lock of state.locks.due(env.now)) {
    if (events.length >= most) break;
    if (lock.expiresAt <= env.now) {
      events.push(...vacate(state, lock, 'expired', env).events);
      continue;
    }
    for (const waiter of lock.waiters) {
      const code = deadBecause(state, lock.workspace, waiter, env.now);
      if (code !== undefined) events.push(waiterRefusal(lock, waiter, code));
    }
  }
  return { events, answer: () => undefined };
};

export interface LeaveQueue {
  readonly workspace: string;
  readonly path: string;
  readonly waiterId: string;
  readonly code: HubErrorCode;
}

/** Removes a waiter from the queue; `left` is false if it was no longer there. */
export const leaveQueue: Rule<LeaveQueue, { readonly left: boolean }> = (state, command) => {
  const lock = state.locks.get(placeKey(command.workspace, command.path));
  const waiter = lock?.waiters.find(({ waiterId }) => waiterId === command.waiterId);
  if (!lock || !waiter) return { events: [], answer: () => ({ left: false }) };
  return { events: [waiterRefusal(lock, waiter, command.code)], answer: () => ({ left: true }) };
};

function grant(
  { workspace, path, ttlMs, reason }: AcquireLock,
  actor: AgentActor,
  { now, newId }: RuleEnv,
  before: readonly EventBody[],
): Decision<AcquireAnswer> {
  const lockId = newId('lck');
  const expiresAt = now + ttlMs;
  const acquired: EventBody = {
    type: 'lock.acquired',
    workspace,
    path,
    lockId,
    ...agentIn(actor),
    ...(actor.session === undefined ? {} : { sessionId: actor.session }),
    ttlMs,
    expiresAt,
    ...(reason === undefined ? {} : { reason }),
    waitedMs: 0,
  };
  return {
    events: [...before, acquired],
    answer: (logged) => ({ status: 'held', lockId, fence: lastSeq(logged), expiresAt }),
  };
}

function queue(
  state: HubState,
  command: AcquireLock,
  actor: AgentActor,
  { now, newId, limits }: RuleEnv,
  lock: LockState,
  before: readonly EventBody[],
): Decision<AcquireAnswer> | Refusal | HubError {
  const { workspace, path, ttlMs, waitMs, reason } = command;
  const session = actor.session === undefined ? {} : { sessionId: actor.session };
  const refused = (error: HubError, cycle?: readonly AgentRef[]): Refusal =>
    refusedFor(command, actor, error, before, cycle);
  const me = agentIn(actor);
  if (belongsTo(lock, me)) return refused(holdsAlready(lock));
  const mine = lock.waiters.findIndex((waiter) => belongsTo(waiter, me));
  if (mine !== -1) return refused(waitsAlready(lock, mine + 1));
  if (waitMs === 0) return refused(lockedBy(state, lock, now, actor));
  const full = noPlace(state, lock, actor, limits);
  if (full) return full;
  const cycle = findCycle(state, me, [lock, ...lock.waiters], now);
  if (cycle) return refused(deadlock(state, lock, cycle), cycle);
  const waiterId = newId('wtr');
  const queued: EventBody = {
    type: 'lock.queued',
    workspace,
    path,
    waiterId,
    ...me,
    ...session,
    ttlMs,
    waitUntil: now + waitMs,
    ...(reason === undefined ? {} : { reason }),
  };
  const position = lock.waiters.length + 1;
  return { events: [...before, queued], answer: () => ({ status: 'queued', waiterId, position }) };
}

/** A refusal, with `lock.refused` for the log. */
function refusedFor(
  { workspace, path }: AcquireLock,
  actor: AgentActor,
  error: HubError,
  before: readonly EventBody[] = [],
  cycle?: readonly AgentRef[],
): Refusal {
  const event: EventBody = {
    type: 'lock.refused',
    workspace,
    path,
    ...agentIn(actor),
    ...(actor.session === undefined ? {} : { sessionId: actor.session }),
    code: error.code,
    ...(cycle ? cycleOf(cycle) : {}),
  };
  return { refused: error, events: [...before, event] };
}

/** The lock that a command names, if its actor holds it by that token and its lease has not ended. */
function heldBy(
  state: HubState,
  { workspace, path, lockId }: ReleaseLock,
  { actor, now }: RuleEnv,
): LockState | HubError {
  const lock = state.locks.get(placeKey(workspace, path));
  if (lock?.lockId !== lockId || lock.expiresAt <= now) return notHeld(path, lock);
  return actor.kind === 'agent' && lock.keyId !== actor.key ? notHeld(path, lock) : lock;
}

function invalidTimes({ ttlMs, waitMs = 0 }: { ttlMs: number; waitMs?: number }): HubError | undefined {
  if (!Number.isInteger(ttlMs) || ttlMs < MIN_TTL_MS || ttlMs > MAX_TTL_MS) {
    return outOfRange('ttl_s', MIN_TTL_MS / 1000, MAX_TTL_MS / 1000);
  }
  if (!Number.isInteger(waitMs) || waitMs < 0 || waitMs > MAX_WAIT_MS) return outOfRange('wait_ms', 0, MAX_WAIT_MS);
  return undefined;
}

/** The agent of an actor, as events have it. */
function agentIn({ key, agent }: AgentActor): { readonly keyId: string; readonly agent?: string } {
  return agentOf({ keyId: key, agent });
}

function cycleOf(cycle: readonly AgentRef[]): { readonly cycle: string[]; readonly cycleAgents?: string[] } {
  const names = cycle.some(({ agent }) => agent !== undefined);
  return {
    cycle: cycle.map(({ keyId }) => keyId),
    ...(names ? { cycleAgents: cycle.map(({ agent = '' }) => agent) } : {}),
  };
}

function lastSeq(logged: readonly HubEvent[]): number {
  return logged.at(-1)?.seq ?? 0;
}
