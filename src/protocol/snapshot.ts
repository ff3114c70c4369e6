import { collections, type Collection } from './collections.ts';
import { placeKey } from './place-key.ts';
import { emptyState, type HubState } from './state.ts';
import type { RetentionState } from './retention-state.ts';

/** A value of one of the state's maps. */
type ValueOf<C extends Collection> = HubState[C] extends ReadonlyMap<string, infer V> ? V : never;

/** {@link HubState} as JSON: the maps as lists. Stored by the log, sent to dashboards. */
export type StateSnapshot = {
  readonly seq: number;
  readonly at: number;
  /** Snapshots of 0.1.0 have no clock. */
  readonly clockAt?: number;
  readonly steppedMs?: number;
  /** Absent where nothing was said of it. */
  readonly retention?: RetentionState;
} & {
  readonly [C in Collection]: readonly ValueOf<C>[];
};

/** What each map is keyed by. */
const keyOf: { readonly [C in Collection]: (value: ValueOf<C>) => string } = {
  keys: ({ id }) => id,
  workspaces: ({ id }) => id,
  sessions: ({ id }) => id,
  locks: ({ workspace, path }) => placeKey(workspace, path),
  jobs: ({ id }) => id,
  uploads: ({ id }) => id,
  transfers: ({ id }) => id,
  links: ({ id }) => id,
};

/** The state at its `seq`, ready for `JSON.stringify`; shares its values with `state`. */
export function takeSnapshot(state: HubState): StateSnapshot {
  return {
    seq: state.seq,
    at: state.at,
    clockAt: state.clockAt,
    steppedMs: state.steppedMs,
    retention: state.retention,
    keys: [...state.keys.values()],
    workspaces: [...state.workspaces.values()],
    sessions: [...state.sessions.values()],
    locks: [...state.locks.values()],
    jobs: [...state.jobs.values()],
    uploads: [...state.uploads.values()],
    transfers: [...state.transfers.values()],
    links: [...state.links.values()],
  };
}

/** The inverse of {@link takeSnapshot}. */
export function fromSnapshot(snapshot: StateSnapshot): HubState {
  const state = emptyState();
  state.seq = snapshot.seq;
  state.at = snapshot.at;
  state.clockAt = snapshot.clockAt ?? snapshot.at;
  state.steppedMs = snapshot.steppedMs ?? 0;
  state.retention = snapshot.retention ?? {};
  for (const collection of collections) {
    const map: Map<string, unknown> = state[collection];
    const key = keyOf[collection] as (value: unknown) => string; // of the same collection as the values
    // Snapshots that were stored before there was a collection do not have it.
    const values = (snapshot as Partial<StateSnapshot>)[collection] ?? [];
    for (const value of values) map.set(key(value), value);
  }
  return state;
}
