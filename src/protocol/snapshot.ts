import { placeKey } from './place-key.ts';
import {
  emptyState,
  type HubState,
  type JobState,
  type KeyState,
  type LockState,
  type SessionState,
  type UploadState,
  type WorkspaceState,
} from './state.ts';

/** {@link HubState} as JSON: the maps as lists. Stored by the log, sent to dashboards. */
export interface StateSnapshot {
  readonly seq: number;
  readonly at: number;
  readonly keys: readonly KeyState[];
  readonly workspaces: readonly WorkspaceState[];
  readonly sessions: readonly SessionState[];
  readonly locks: readonly LockState[];
  readonly jobs: readonly JobState[];
  readonly uploads: readonly UploadState[];
}

/** The state at its `seq`, ready for `JSON.stringify`; shares its values with `state`. */
export function takeSnapshot(state: HubState): StateSnapshot {
  return {
    seq: state.seq,
    at: state.at,
    keys: [...state.keys.values()],
    workspaces: [...state.workspaces.values()],
    sessions: [...state.sessions.values()],
    locks: [...state.locks.values()],
    jobs: [...state.jobs.values()],
    uploads: [...state.uploads.values()],
  };
}

/** The inverse of {@link takeSnapshot}. */
export function fromSnapshot(snapshot: StateSnapshot): HubState {
  const state = emptyState();
  state.seq = snapshot.seq;
  state.at = snapshot.at;
  for (const key of snapshot.keys) state.keys.set(key.id, key);
  for (const workspace of snapshot.workspaces) state.workspaces.set(workspace.id, workspace);
  for (const session of snapshot.sessions) state.sessions.set(session.id, session);
  for (const lock of snapshot.locks) state.locks.set(placeKey(lock.workspace, lock.path), lock);
  for (const job of snapshot.jobs) state.jobs.set(job.id, job);
  for (const upload of snapshot.uploads) state.uploads.set(upload.id, upload);
  return state;
}
