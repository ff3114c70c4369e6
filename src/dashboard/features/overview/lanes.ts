import { agentOfActor, agentOfId, idOfAgent, type AgentRef } from '../../../protocol/agent-id.ts';
import type { JobState, KeyState, LockState, LockWaiter, SessionState } from '../../../protocol/state.ts';
import { agentLabel } from '../../../protocol/words/agent-label.ts';
import { byPresence, isLive, presenceIn, type Presence } from '../../presence.ts';
import type { ServerSlice } from '../../server-slice.ts';
import { sameRows } from '../../ui/same-rows.ts';
import { wireNames } from '../../../protocol/wire-names.ts';

/** A lock that an agent waits for. */
export interface LaneWait {
  readonly lock: LockState;
  readonly waiter: LockWaiter;
}

/** One agent on the board, with all its sessions. */
export interface Lane {
  /** The agent's: see `agentId`. */
  readonly id: string;
  readonly keyId: string;
  /** Live ones first, and among each the newest first. */
  readonly sessions: readonly SessionState[];
  /** Since when its connection is lost; undefined while it has one. */
  readonly lostAt: number | undefined;
  readonly held: readonly LockState[];
  readonly waits: readonly LaneWait[];
  readonly jobs: readonly JobState[];
}

/** For so long a lane stays after its agent's connection was lost; for longer where it holds a lock or a job is under way. */
const LOST_SHOWN_MS = 5 * 60_000;

type BoardInput = Pick<ServerSlice, 'sessions' | 'locks' | 'jobs'>;

/** The workspace that the board is narrowed to. */
export interface BoardScope {
  readonly id: string;
  /** Whether the agents of a key belong to it: as `keysInScope` says it. */
  readonly hasKey: (keyId: string) => boolean;
}

/**
 * A lane for each connected agent that belongs to the scope, or for all where none is given, in order of arrival;
 * below them those whose connection is lost, the last one first, for five minutes. An unchanged lane is the same object
 * as in `before`, so that its row is not rendered again.
 */
export function boardLanes(
  server: BoardInput,
  scope: BoardScope | undefined,
  before: readonly Lane[],
  now: number,
): readonly Lane[] {
  const lanes = new Map<
    string,
    { -readonly [K in keyof Lane]: Lane[K] extends readonly (infer V)[] ? V[] : Lane[K] }
  >();
  const sessions = [...server.sessions.values()].sort((a, b) => a.openedAt - b.openedAt);
  for (const session of sessions) {
    if (scope?.hasKey(session.keyId) === false) continue;
    const id = idOfAgent(session);
    const lane = lanes.get(id);
    if (lane) lane.sessions.push(session);
    else {
      const empty = { id, keyId: session.keyId, lostAt: undefined, held: [], waits: [], jobs: [] };
      lanes.set(id, { ...empty, sessions: [session] });
    }
  }
  // What was begun before its key had agents is in the lane of the first of them.
  const firstOfKey = new Map<string, string>();
  for (const { id, keyId } of lanes.values()) if (!firstOfKey.has(keyId)) firstOfKey.set(keyId, id);
  const laneOf = (one: AgentRef) =>
    lanes.get(idOfAgent(one)) ?? (one.agent === undefined ? lanes.get(firstOfKey.get(one.keyId) ?? '') : undefined);
  for (const lock of server.locks.values()) {
    if (scope && lock.workspace !== scope.id) continue;
    laneOf(lock)?.held.push(lock);
    for (const waiter of lock.waiters) laneOf(waiter)?.waits.push({ lock, waiter });
  }
  for (const job of server.jobs.values()) {
    if ((!scope || job.workspace === scope.id) && job.requestedBy.kind === 'agent')
      laneOf(agentOfActor(job.requestedBy))?.jobs.push(job);
  }
  for (const lane of lanes.values()) {
    lane.sessions.sort(byPresence);
    if (!lane.sessions.some(isLive)) lane.lostAt = Math.max(...lane.sessions.map(({ since }) => since));
  }
  const shown = [...lanes.values()]
    .filter((lane) => isShown(lane, now))
    .sort((a, b) => (b.lostAt ?? Infinity) - (a.lostAt ?? Infinity) || 0);
  return sameRows(before, shown, ({ id }) => id, isSameLane);
}

/** What a lost agent holds keeps others from it, so its lane stays as long. */
function isShown({ lostAt, held, jobs }: Lane, now: number): boolean {
  return lostAt === undefined || held.length > 0 || jobs.length > 0 || now - lostAt <= LOST_SHOWN_MS;
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

/**
 * How many agents of a scope there are, and how many connected ones are of other workspaces, and so have no lane.
 *
 * @param isSilent as `presenceIn` takes it
 */
export function presenceAround(
  sessions: ServerSlice['sessions'],
  hasKey: BoardScope['hasKey'],
  isSilent?: (session: SessionState) => boolean,
): { readonly here: Presence; readonly elsewhere: number } {
  const all = [...sessions.values()];
  const isHere = ({ keyId }: SessionState): boolean => hasKey(keyId);
  return {
    here: presenceIn(all.filter(isHere), isSilent),
    elsewhere: presenceIn(all.filter((session) => !isHere(session))).live,
  };
}

/** Lanes with all words of `text` in their agent's name, client, wire, or a path that it locks, waits for or works on. */
export function filterLanes(
  lanes: readonly Lane[],
  keys: ReadonlyMap<string, KeyState>,
  text: string,
): readonly Lane[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return lanes;
  return lanes.filter(({ id, keyId, sessions, held, waits, jobs }) => {
    const given = [
      agentLabel(keys.get(keyId), keyId, agentOfId(id).agent),
      ...sessions.flatMap(({ client, wire }) => [client?.name ?? '', wireNames[wire]]),
      ...[...held, ...waits.map(({ lock }) => lock), ...jobs].map(({ path }) => path),
    ].join(' ');
    return words.every((word) => given.toLowerCase().includes(word));
  });
}

/**
 * Which lane is the selected one while the inspector shows a key: the agent that was chosen, if it is of that key, else
 * the first of the key's.
 */
export function chosenLane(
  lanes: readonly Pick<Lane, 'id' | 'keyId'>[],
  keyId: string | undefined,
  chosen: string | undefined,
): string | undefined {
  const ofKey = lanes.filter((lane) => lane.keyId === keyId);
  return (ofKey.find(({ id }) => id === chosen) ?? ofKey[0])?.id;
}
