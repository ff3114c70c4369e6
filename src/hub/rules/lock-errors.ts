import type { AgentRef } from '../../protocol/agent-id.ts';
import { HubError } from '../../protocol/errors.ts';
import type { HubState, LockState } from '../../protocol/state.ts';
import { agentLabel } from '../../protocol/words/agent-label.ts';

/** `locked`: another agent holds it. Says who, until when, and how to queue. */
export function lockedBy(state: HubState, lock: LockState, now: number, { key }: { readonly key: string }): HubError {
  const ofKey =
    lock.keyId === key
      ? ' That is another agent of your key: if it was you before a restart, lock_list has the lock_token.'
      : '';
  return new HubError(
    'locked',
    `Lock on ${lock.path} is held by ${holderName(state, lock)} until ${time(lock.expiresAt)}` +
      `${waiting(lock.waiters.length)}; call lock_acquire with wait_ms to queue.${ofKey}`,
    { retryAfterMs: Math.max(lock.expiresAt - now, 0), details: heldDetails(lock) },
  );
}

/** `locked`: a path that looks the same as the wanted one is locked, by whatever agent. There is no queue for this one. */
export function lockedAlike(state: HubState, path: string, lock: LockState, now: number): HubError {
  return new HubError(
    'locked',
    `${JSON.stringify(path)} looks the same as ${JSON.stringify(lock.path)}, whose lock ${holderName(state, lock)} holds until ` +
      `${time(lock.expiresAt)}. Ask for that path, or choose a name that looks different.`,
    { retryAfterMs: Math.max(lock.expiresAt - now, 0), details: heldDetails(lock) },
  );
}

/** `locked`: a folder above a path, or something below it, is locked. There is no queue for this path. */
export function lockedNearby(state: HubState, path: string, lock: LockState, now: number): HubError {
  const where = path.startsWith(lock.path) ? 'is in' : 'has in it';
  return new HubError(
    'locked',
    `${JSON.stringify(path)} ${where} ${JSON.stringify(lock.path)}, whose lock ${holderName(state, lock)} holds until ` +
      `${time(lock.expiresAt)}. Queue for that path with wait_ms, or try again when it is free.`,
    { retryAfterMs: Math.max(lock.expiresAt - now, 0), details: heldDetails(lock) },
  );
}

/** `lock_timeout`: `position` is the place in the queue, from 1, when the wait ended. */
export function lockTimeout(state: HubState, path: string, lock: LockState | undefined, position: number): HubError {
  if (!lock) {
    return new HubError(
      'lock_timeout',
      `The wait for the lock on ${path} ran out just as it became free; call lock_acquire again.`,
      { retryAfterMs: 0, details: { path, position } },
    );
  }
  return new HubError(
    'lock_timeout',
    `The wait for the lock on ${path} ran out at place ${position} of the queue; ${holderName(state, lock)} holds it ` +
      `until ${time(lock.expiresAt)}. Call lock_acquire with a longer wait_ms to queue again.`,
    { retryAfterMs: Math.max(lock.expiresAt - state.clockAt, 0), details: { ...heldDetails(lock), position } },
  );
}

/** The refusal of a call that was cancelled before its answer was out, whether it waited still or had the lock. */
export function cancelled(path: string): HubError {
  return new HubError(
    'cancelled',
    `The call for the lock on ${path} was cancelled; its place in the queue, or the lock, is given up.`,
  );
}

/** `conflict` for an agent that already holds the lock; the token is in the details, for an agent that lost it. */
export function holdsAlready(lock: LockState): HubError {
  return new HubError(
    'conflict',
    `You hold the lock on ${lock.path} already, until ${time(lock.expiresAt)}: its lock_token is ${lock.lockId}. ` +
      'Go on with that, lock_renew it for more time, or lock_release it.',
    { details: { path: lock.path, lock_token: lock.lockId, fence: lock.fence, expires_at: lock.expiresAt } },
  );
}

/** `conflict` for an agent that queues a second time; `position` is its place, from 1. */
export function waitsAlready(lock: LockState, position: number): HubError {
  return new HubError(
    'conflict',
    `You wait for the lock on ${lock.path} already, at place ${position} of the queue. Await that call, or cancel it first.`,
    { details: { ...heldDetails(lock), position } },
  );
}

/** `deadlock`: `cycle` are agents, each waiting for the next, the last for the first. */
export function deadlock(state: HubState, lock: LockState, cycle: readonly AgentRef[]): HubError {
  const caller = cycle[0]?.keyId ?? '';
  // A circle may go through workspaces of which the caller knows nothing.
  const isSeen = ({ keyId }: AgentRef): boolean => meet(state, caller, keyId);
  const shown = cycle.map((one) => (isSeen(one) ? one.keyId : 'another key'));
  const names = cycle.map((one) => (isSeen(one) ? holderName(state, one) : 'another key'));
  return new HubError(
    'deadlock',
    `Waiting for the lock on ${lock.path} would close a cycle: ${[...names, names[0]].join(' waits for ')}. ` +
      'Release the locks that the others wait for, then try again.',
    { details: { ...heldDetails(lock), cycle: shown, names } },
  );
}

/** `lock_not_held` for a token that is not valid (any more); `lock` is the path's present lock. */
export function notHeld(path: string, lock: LockState | undefined): HubError {
  const now = lock ? 'Somebody else may hold it now' : 'Nobody holds it';
  return new HubError(
    'lock_not_held',
    `This token does not hold the lock on ${path}: it was released, it expired, or it is of another key. ${now}; call lock_acquire for a new one.`,
    { details: { path } },
  );
}

/** `invalid_argument`: people cannot take locks. */
export function notHolder(): HubError {
  return new HubError('invalid_argument', 'Only agents hold locks. A person takes one away with force-release.');
}

/** `invalid_argument` for an argument, by its name on the wire, outside its range (inclusive). */
export function outOfRange(name: string, from: number, to: number): HubError {
  return new HubError('invalid_argument', `${name} is from ${from} to ${to}.`, {
    details: { argument: name, from, to },
  });
}

/** The details of every refusal that is about a held lock. */
export function heldDetails(lock: LockState): Record<string, unknown> {
  return {
    path: lock.path,
    workspace: lock.workspace,
    holder: lock.keyId,
    ...(lock.agent === undefined ? {} : { holder_agent: lock.agent }),
    fence: lock.fence,
    expires_at: lock.expiresAt,
    waiting: lock.waiters.length,
  };
}

/** Whether two keys have a role in one workspace, so that they see each other. */
function meet({ workspaces }: HubState, one: string, other: string): boolean {
  return workspaces.values().some(({ roles }) => roles[one] !== undefined && roles[other] !== undefined);
}

/** Who holds or awaits a lock, in words. */
export function holderName(state: HubState, { keyId, agent }: AgentRef): string {
  return agentLabel(state.keys.get(keyId), keyId, agent);
}

function waiting(count: number): string {
  return count === 0 ? '' : `, and ${count} ${count === 1 ? 'waits' : 'wait'} for it`;
}

function time(at: number): string {
  return new Date(at).toISOString();
}
