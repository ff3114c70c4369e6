import { collections } from '../../protocol/collections.ts';
import type { HubState } from '../../protocol/state.ts';

/** Makes `state` equal to `fresh` in place: others hold on to it. */
export function refillState(state: HubState, fresh: HubState): void {
  state.seq = fresh.seq;
  state.at = fresh.at;
  state.clockAt = fresh.clockAt;
  state.steppedMs = fresh.steppedMs;
  state.retention = fresh.retention;
  for (const collection of collections) refill(state[collection], fresh[collection]);
}

/** @param fresh the same map of another state, so with values of the same kind */
function refill(map: Map<string, unknown>, fresh: ReadonlyMap<string, unknown>): void {
  map.clear();
  for (const [key, value] of fresh) map.set(key, value);
}
