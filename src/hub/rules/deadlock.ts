import { idOfAgent, type AgentRef } from '../../protocol/agent-id.ts';
import type { HubState } from '../../protocol/state.ts';

/**
 * The cycle that an agent would close by queueing for a lock: agents beginning with `agent`, each waiting for
 * the next, the last for `agent`. Undefined if there is none.
 *
 * A waiter waits for the holder and for everyone ahead of it in the queue, who will hold the lock before it
 * does. A grant adds no edge (the next holder was already ahead of the others), so one check, when an agent
 * queues, is enough.
 *
 * `ahead` are the agents that it would wait for: the holder and the queue. Leases that have ended by `now` do
 * not count, even if their end is not logged yet.
 */
export function findCycle(
  state: HubState,
  agent: AgentRef,
  ahead: readonly AgentRef[],
  now: number,
): readonly AgentRef[] | undefined {
  const start = idOfAgent(agent);
  const cameFrom = new Map<string, AgentRef | undefined>();
  const open: AgentRef[] = [];
  const queues = new Map<string, Queue>();
  const reach = (one: AgentRef, from: AgentRef | undefined): void => {
    const id = idOfAgent(one);
    if (cameFrom.has(id)) return;
    cameFrom.set(id, from);
    open.push(one);
  };
  for (const one of ahead) reach(one, undefined);
  for (let next = 0; next < open.length; next++) {
    const one = open[next];
    if (one === undefined || idOfAgent(one) === start) break;
    for (const place of state.locks.awaitedBy(one.keyId)) {
      const queue = queues.get(place) ?? queueAt(state, place, now);
      queues.set(place, queue);
      // Each part of a queue is gone through once, however many of its waiters are reached.
      const end = queue.places.get(idOfAgent(one)) ?? 0;
      for (; queue.seen < end; queue.seen++) {
        const before = queue.agents[queue.seen];
        if (before) reach(before, one);
      }
    }
  }
  return cameFrom.has(start) ? pathTo(agent, cameFrom) : undefined;
}

/** Who waits for a lock: the holder first, and at which place each agent is. */
interface Queue {
  readonly agents: readonly AgentRef[];
  readonly places: ReadonlyMap<string, number>;
  seen: number;
}

function queueAt({ locks }: HubState, place: string, now: number): Queue {
  const lock = locks.get(place);
  const agents = lock ? [...(lock.expiresAt > now ? [lock] : []), ...lock.waiters] : [];
  const places = new Map<string, number>();
  const first = lock && lock.expiresAt > now ? 1 : 0;
  for (const [index, one] of agents.entries()) if (index >= first) places.set(idOfAgent(one), index);
  return { agents, places, seen: 0 };
}

/** From the queueing agent to the last agent before the cycle closes. */
function pathTo(agent: AgentRef, cameFrom: ReadonlyMap<string, AgentRef | undefined>): readonly AgentRef[] {
  const back: AgentRef[] = [];
  for (let at = cameFrom.get(idOfAgent(agent)); at !== undefined; at = cameFrom.get(idOfAgent(at))) back.push(at);
  return [agent, ...back.reverse()];
}
