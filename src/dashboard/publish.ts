import type { HubPulse } from '../protocol/api.ts';
import type { Collection } from '../protocol/collections.ts';
import { actorAgentId } from '../protocol/actor-id.ts';
import { agentId, idOfAgent } from '../protocol/agent-id.ts';
import { factsOf, type HubEvent } from '../protocol/events.ts';
import type { Frame } from '../protocol/frames.ts';
import { nounOf } from '../protocol/noun.ts';
import type { NamedIds } from '../protocol/records.ts';
import type { HubState } from '../protocol/state.ts';
import type { Tick } from '../protocol/ticks.ts';
import { countActivity, agentOfEvent, lastAction } from '../protocol/activity.ts';
import { mergeFrames } from './merge-frames.ts';
import type { ReplicaChange } from './replica.ts';
import { changeKey, emptyServerSlice, type ServerSlice } from './server-slice.ts';

const RECENT_EVENTS = 2_000;
/** Sessions and jobs whose owner is remembered after they end. */
const RECENT_OWNERS = 5_000;
/** As many as the hub begins with. */
export const FRAMES_PER_SESSION = 2_000;
const LOG_LINES = 500;

/** All that arrived since the last animation frame. */
export interface Arrivals {
  readonly change: ReplicaChange | undefined;
  readonly ticks: readonly Tick[];
  /** New frames by session, oldest first. */
  readonly frames: ReadonlyMap<string, readonly Frame[]>;
  readonly pulse: HubPulse | undefined;
}

type Patch = { -readonly [K in keyof ServerSlice]?: ServerSlice[K] };

/** What of the slice is new after a batch: one pass over it, maps copied only where they changed. */
export function publish(before: ServerSlice, state: HubState, batch: Arrivals): Partial<ServerSlice> {
  const patch: Patch = {};
  if (batch.change) publishChange(before, patch, state, batch.change);
  if (batch.ticks.length > 0) publishTicks({ ...before, ...patch }, patch, batch.ticks);
  if (batch.frames.size > 0) {
    const frames = new Map(before.frames);
    for (const [sessionId, added] of batch.frames) {
      const kept = frames.get(sessionId);
      if (kept) frames.set(sessionId, mergeFrames(kept, added, FRAMES_PER_SESSION));
    }
    patch.frames = frames;
  }
  if (batch.pulse) patch.hubPulse = batch.pulse;
  return patch;
}

function publishChange(before: ServerSlice, patch: Patch, state: HubState, change: ReplicaChange): void {
  const since = change.isReset ? { ...emptyServerSlice, frames: before.frames } : before;
  patch.seq = state.seq;
  patch.retention = state.retention;
  patch.recent = lastOf(since.recent, change.events, RECENT_EVENTS);
  patch.latest = change.events;
  if (change.isReset) patch.resets = before.resets + 1;
  const { agents = [], seq: seen = 0, since: seenSince } = change.activity ?? {};
  const fresh = seen === 0 ? change.events : change.events.filter(({ seq }) => seq > seen);
  const strips = agents.length === 0 ? since.activity : new Map(agents.map((agent) => [agent.id, agent]));
  patch.activity = countActivity(strips, fresh);
  if (change.isReset) patch.activitySince = seenSince;
  const lastActions = new Map(since.lastActions);
  for (const { id, action } of agents) if (action) lastActions.set(id, action);
  const changes = new Map(since.changes);
  const jobs: [string, string][] = change.isReset ? [...state.jobs.values()].map(({ id, path }) => [id, path]) : [];
  const owners: [string, string][] = change.isReset ? ownersIn(state) : [];
  for (const event of change.events) {
    if (event.seq > seen) noteAction(lastActions, event);
    if (event.type === 'job.queued') {
      jobs.push([event.jobId, event.path]);
      // A job that the hub queues again keeps its owner.
      if (event.actor.kind !== 'hub') owners.push([event.jobId, actorAgentId(event.actor)]);
    }
    owners.push(...sessionOwner(event));
    const workspace = 'workspace' in event ? event.workspace : undefined;
    changes.set(changeKey(nounOf(event.type), workspace), event.seq);
  }
  patch.lastActions = lastActions;
  patch.changes = changes;
  if (jobs.length > 0) patch.jobPaths = withRecent(since.jobPaths, jobs, RECENT_EVENTS);
  if (owners.length > 0) patch.owners = withRecent(since.owners, owners, RECENT_OWNERS);
  for (const collection of change.collections) copyCollection(before, patch, state, collection);
  if (change.isReset) {
    patch.jobProgress = new Map();
    patch.jobLogs = new Map();
    patch.uploadProgress = new Map();
    patch.pulses = new Map();
  } else {
    forgetFinished(before, patch, change.events);
  }
}

/** What of the slice is new after the hub said what some ids stand for. */
export function withNames(before: ServerSlice, { jobPaths, owners }: NamedIds): Partial<ServerSlice> {
  return {
    jobPaths: withRecent(before.jobPaths, Object.entries(jobPaths), RECENT_EVENTS),
    owners: withRecent(before.owners, Object.entries(owners), RECENT_OWNERS),
  };
}

/** The names of keys that were revoked so long ago that the hub's state has them no more. */
export function withKeyNames(before: ServerSlice, named: Readonly<Record<string, string>>): Partial<ServerSlice> {
  return { pastKeyNames: withRecent(before.pastKeyNames, Object.entries(named), RECENT_OWNERS) };
}

/** Later events name a job or session by its id alone; people know it otherwise. The last ones are remembered. */
function withRecent(
  before: ReadonlyMap<string, string>,
  added: readonly [string, string][],
  most: number,
): ReadonlyMap<string, string> {
  const after = new Map([...before, ...added]);
  for (const id of after.keys()) {
    if (after.size <= most) break;
    after.delete(id);
  }
  return after;
}

/** Whose a session is that was opened or named. */
function sessionOwner(event: HubEvent): [string, string][] {
  if (event.type === 'session.opened') return [[event.sessionId, agentId(event.keyId, event.agent)]];
  if (event.type !== 'session.initialized' && event.type !== 'session.resumed') return [];
  const { actor, sessionId, agent } = event;
  return actor.kind === 'agent' && agent !== undefined ? [[sessionId, agentId(actor.key, agent)]] : [];
}

/** Whose the sessions and jobs of a state are, by their ids. */
function ownersIn({ sessions, jobs }: HubState): [string, string][] {
  return [
    ...[...sessions.values()].map((session): [string, string] => [session.id, idOfAgent(session)]),
    ...[...jobs.values()].map(({ id, requestedBy }): [string, string] => [id, actorAgentId(requestedBy)]),
  ];
}

/**
 * A copy of a map of the state; the copy of before where nothing in it is another object. Of some events only a few
 * change what they may change, as `session.closed` may change keys, and what shows keys would render again with each.
 */
function copied<T>(before: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  if (before.size !== now.size) return new Map(now);
  for (const [id, value] of now) if (before.get(id) !== value) return new Map(now);
  return before;
}

function copyCollection(before: ServerSlice, patch: Patch, state: HubState, collection: Collection): void {
  Object.assign(patch, { [collection]: copied<unknown>(before[collection], state[collection]) });
}

function noteAction(lastActions: Map<string, HubEvent>, event: HubEvent): void {
  const agent = agentOfEvent(event);
  const action = agent === undefined ? undefined : lastAction(lastActions.get(agent), event);
  if (agent !== undefined && action) lastActions.set(agent, action);
}

function forgetFinished(before: ServerSlice, patch: Patch, events: readonly HubEvent[]): void {
  const ended = events.flatMap((event) => factsOf(event.type).endsTicksOf(event) ?? []);
  patch.jobProgress = without(before.jobProgress, ended);
  patch.jobLogs = without(before.jobLogs, ended);
  patch.uploadProgress = without(before.uploadProgress, ended);
  patch.pulses = without(before.pulses, ended);
}

function without<V>(map: ReadonlyMap<string, V>, ids: readonly string[]): ReadonlyMap<string, V> {
  if (!ids.some((id) => map.has(id))) return map;
  const left = new Map(map);
  for (const id of ids) left.delete(id);
  return left;
}

function publishTicks(before: ServerSlice, patch: Patch, ticks: readonly Tick[]): void {
  const jobProgress = new Map(before.jobProgress);
  const jobLogs = new Map(before.jobLogs);
  const uploadProgress = new Map(before.uploadProgress);
  const pulses = new Map(before.pulses);
  const changed = new Set<Tick['type']>();
  for (const tick of ticks) {
    changed.add(tick.type);
    switch (tick.type) {
      case 'job.progress': {
        const { fraction, message, at } = tick;
        jobProgress.set(tick.jobId, { fraction, at, ...(message === undefined ? {} : { message }) });
        break;
      }
      case 'job.log':
        jobLogs.set(tick.jobId, lastOf(jobLogs.get(tick.jobId) ?? [], [tick.line], LOG_LINES));
        break;
      case 'upload.progress':
        uploadProgress.set(tick.uploadId, tick.receivedBytes);
        break;
      case 'session.pulse':
        pulses.set(tick.sessionId, tick);
        break;
      default:
        tick satisfies never;
    }
  }
  if (changed.has('job.progress')) patch.jobProgress = jobProgress;
  if (changed.has('job.log')) patch.jobLogs = jobLogs;
  if (changed.has('upload.progress')) patch.uploadProgress = uploadProgress;
  if (changed.has('session.pulse')) patch.pulses = pulses;
}

function lastOf<T>(kept: readonly T[], added: readonly T[], most: number): readonly T[] {
  if (added.length >= most) return added.slice(-most);
  const tooMany = kept.length + added.length - most;
  return [...(tooMany > 0 ? kept.slice(tooMany) : kept), ...added];
}
