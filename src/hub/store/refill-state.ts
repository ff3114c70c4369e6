import type { HubState } from '../../protocol/state.ts';

/** Makes `state` equal to `fresh` in place: others hold on to it. */
export function refillState(state: HubState, fresh: HubState): void {
  state.seq = fresh.seq;
  state.at = fresh.at;
  state.clockAt = fresh.clockAt;
  state.steppedMs = fresh.steppedMs;
  refill(state.keys, fresh.keys);
  refill(state.workspaces, fresh.workspaces);
  refill(state.sessions, fresh.sessions);
  refill(state.locks, fresh.locks);
  refill(state.jobs, fresh.jobs);
  refill(state.uploads, fresh.uploads);
  refill(state.transfers, fresh.transfers);
  refill(state.links, fresh.links);
}

function refill<V>(map: Map<string, V>, fresh: ReadonlyMap<string, V>): void {
  map.clear();
  for (const [key, value] of fresh) map.set(key, value);
}
