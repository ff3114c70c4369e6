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
  const cameFrom = new Map<string, string | undefined>();
  const open: string[] = [];
  const queues = new Map<string, Queue>();
  const reach = (key: string, from: string | undefined): void => {
    if (cameFrom.has(key)) return;
    cameFrom.set(key, from);
    open.push(key);
  };
  for (const key of ahead) reach(key, undefined);
  for (let next = 0; next < open.length; next++) {
    const key = open[next];
    if (key === undefined || key === keyId) break;
    for (const place of state.locks.awaitedBy(key)) {
      const queue = queues.get(place) ?? queueAt(state, place, now);
      queues.set(place, queue);
      // Each part of a queue is gone through once, however many of its waiters are reached.
      const end = queue.places.get(key) ?? 0;
      for (; queue.seen < end; queue.seen++) reach(queue.keys[queue.seen] ?? '', key);
    }
  }
  return cameFrom.has(keyId) ? pathTo(keyId, cameFrom) : undefined;
}

/** Who waits for a lock: the holder first, and at which place each key is. */
interface Queue {
  readonly keys: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  seen: number;
}

function queueAt({ locks }: HubState, place: string, now: number): Queue {
  const lock = locks.get(place);
  const keys = lock
    ? [...(lock.expiresAt > now ? [lock.keyId] : []), ...lock.waiters.map((waiter) => waiter.keyId)]
    : [];
  const places = new Map<string, number>();
  const first = lock && lock.expiresAt > now ? 1 : 0;
  for (const [index, key] of keys.entries()) if (index >= first) places.set(key, index);
  return { keys, places, seen: 0 };
}

/** From the queueing key to the last key before the cycle closes. */
function pathTo(keyId: string, cameFrom: ReadonlyMap<string, string | undefined>): readonly string[] {
  const back: string[] = [];
  for (let at = cameFrom.get(keyId); at !== undefined; at = cameFrom.get(at)) back.push(at);
  return [keyId, ...back.reverse()];
}
