import type { JobState, LockState, LockWaiter, SessionState, WorkspaceState } from '../../../protocol/state.ts';
import type { ServerSlice } from '../../server-slice.ts';

/** A lock that an agent waits for. */
export interface LaneWait {
  readonly lock: LockState;
  readonly waiter: LockWaiter;
}

/** One agent on the board, with all its open sessions. */
export interface Lane {
  readonly keyId: string;
  readonly sessions: readonly SessionState[];
  readonly held: readonly LockState[];
  readonly waits: readonly LaneWait[];
  readonly jobs: readonly JobState[];
}

type BoardInput = Pick<ServerSlice, 'sessions' | 'locks' | 'jobs'>;

/**
 * A lane for each connected agent with a role in the workspace, in order of arrival. An unchanged lane is the
 * same object as in `before`, so that its row is not rendered again.
 */
export function boardLanes(server: BoardInput, workspace: WorkspaceState, before: readonly Lane[]): readonly Lane[] {
  const lanes = new Map<
    string,
    { -readonly [K in keyof Lane]: Lane[K] extends readonly (infer V)[] ? V[] : Lane[K] }
  >();
  const sessions = [...server.sessions.values()].sort((a, b) => a.openedAt - b.openedAt);
  for (const session of sessions) {
    if (workspace.roles[session.keyId] === undefined) continue;
    const lane = lanes.get(session.keyId);
    if (lane) lane.sessions.push(session);
    else lanes.set(session.keyId, { keyId: session.keyId, sessions: [session], held: [], waits: [], jobs: [] });
  }
  for (const lock of server.locks.values()) {
    if (lock.workspace !== workspace.id) continue;
    lanes.get(lock.keyId)?.held.push(lock);
    for (const waiter of lock.waiters) lanes.get(waiter.keyId)?.waits.push({ lock, waiter });
  }
  for (const job of server.jobs.values()) {
    if (job.workspace === workspace.id && job.requestedBy.kind === 'agent')
      lanes.get(job.requestedBy.key)?.jobs.push(job);
  }
  const known = new Map(before.map((lane) => [lane.keyId, lane]));
  return [...lanes.values()].map((lane) => {
    const was = known.get(lane.keyId);
    return was && isSameLane(was, lane) ? was : lane;
  });
}

function isSameLane(one: Lane, other: Lane): boolean {
  return (
    isSameList(one.sessions, other.sessions) &&
    isSameList(one.held, other.held) &&
    isSameList(one.jobs, other.jobs) &&
    one.waits.length === other.waits.length &&
    one.waits.every(({ lock, waiter }, at) => lock === other.waits[at]?.lock && waiter === other.waits[at]?.waiter)
  );
}

function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}

/** How many connected agents have no role in the workspace, and so no lane. */
export function agentsElsewhere(sessions: ServerSlice['sessions'], workspace: WorkspaceState): number {
  const keys = new Set<string>();
  for (const { keyId } of sessions.values()) if (workspace.roles[keyId] === undefined) keys.add(keyId);
  return keys.size;
}
