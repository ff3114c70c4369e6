import type { HubState } from '../../protocol/state.ts';

/**
 * The cycle that a key would close by queueing for a lock: key ids beginning with `keyId`, each waiting for
 * the next, the last for `keyId`. Undefined if there is none.
 *
 * A waiter waits for the holder and for everyone ahead of it in the queue, who will hold the lock before it
 * does. A grant adds no edge (the next holder was already ahead of the others), so one check, when a key
 * queues, is enough.
 *
 * `ahead` are the keys that it would wait for: the holder and the queue. Leases that have ended by `now` do
 * not count, even if their end is not logged yet.
 */
export function findCycle(
  state: HubState,
  keyId: string,
  ahead: readonly string[],
  now: number,
): readonly string[] | undefined {
  const waitsFor = edges(state, now);
  const cameFrom = new Map<string, string | undefined>();
  const open: string[] = [];
  for (const key of ahead) {
    if (cameFrom.has(key)) continue;
    cameFrom.set(key, undefined);
    open.push(key);
  }
  for (let key = open.shift(); key !== undefined; key = open.shift()) {
    if (key === keyId) return pathTo(key, cameFrom);
    for (const next of waitsFor.get(key) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, key);
      open.push(next);
    }
  }
  return undefined;
}

function edges({ locks }: HubState, now: number): ReadonlyMap<string, ReadonlySet<string>> {
  const waitsFor = new Map<string, Set<string>>();
  for (const { keyId, expiresAt, waiters } of locks.values()) {
    const ahead = expiresAt > now ? [keyId] : [];
    for (const waiter of waiters) {
      const known = waitsFor.get(waiter.keyId) ?? new Set();
      for (const key of ahead) known.add(key);
      waitsFor.set(waiter.keyId, known);
      ahead.push(waiter.keyId);
    }
  }
  return waitsFor;
}

/** From the queueing key to the last key before the cycle closes. */
function pathTo(keyId: string, cameFrom: ReadonlyMap<string, string | undefined>): readonly string[] {
  const back: string[] = [];
  for (let at = cameFrom.get(keyId); at !== undefined; at = cameFrom.get(at)) back.push(at);
  return [keyId, ...back.reverse()];
}
