import type { AgentActor } from '../../protocol/envelope.ts';
import type { HubError } from '../../protocol/errors.ts';
import type { HubState, LockState } from '../../protocol/state.ts';
import { limitReached, type Limits } from '../limits.ts';
import type { RuleEnv } from '../rule.ts';

/** Why a key, a workspace or the hub has no room for one more lock. What a key waits for counts: it will be granted. */
export function noRoom(
  { locks }: HubState,
  { workspace }: { readonly workspace: string },
  { key }: AgentActor,
  { limits }: Pick<RuleEnv, 'limits'>,
): HubError | undefined {
  const own = locks.heldBy(key).size + locks.waitsOf(key);
  if (own >= limits['locks-per-key']) return limitReached(limits, 'locks-per-key');
  if (locks.countIn(workspace) >= limits['locks-per-workspace']) return limitReached(limits, 'locks-per-workspace');
  return locks.size >= limits.locks ? limitReached(limits, 'locks') : undefined;
}

/** Why a key has no more places in queues, which each of its agents takes for itself, or a lock no place in its queue. */
export function noPlace(
  { locks }: HubState,
  lock: LockState,
  { key }: AgentActor,
  limits: Limits,
): HubError | undefined {
  const awaited = locks.waitsOf(key);
  if (awaited >= limits['lock-waits-per-key']) return limitReached(limits, 'lock-waits-per-key');
  if (locks.heldBy(key).size + awaited >= limits['locks-per-key']) return limitReached(limits, 'locks-per-key');
  return lock.waiters.length >= limits['waits-per-lock'] ? limitReached(limits, 'waits-per-lock') : undefined;
}
