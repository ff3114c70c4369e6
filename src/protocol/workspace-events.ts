import { fileUri, workspaceUri } from './uris.ts';
import type { EventType, HubEvent } from './events.ts';
import { eventTypes } from './events.ts';

const toldNouns = ['workspace', 'member', 'file', 'upload', 'lock', 'job'] as const;
type ToldNoun = (typeof toldNouns)[number];

/** The events that agents are told: what happens to a workspace and to what lies in it. */
export type WorkspaceEventType = Extract<EventType, `${ToldNoun}.${string}`>;
export type WorkspaceEvent = Extract<HubEvent, { type: WorkspaceEventType }>;

/** Every type in {@link WorkspaceEventType}. */
export const workspaceEventTypes: readonly WorkspaceEventType[] = eventTypes.filter(isToldType);

const told: ReadonlySet<string> = new Set(workspaceEventTypes);

function isToldType(type: EventType): type is WorkspaceEventType {
  return toldNouns.some((noun) => type.startsWith(`${noun}.`));
}

/**
 * Whether members of its workspace are told this event. Keys, sessions, denied access and tool
 * calls stay in the audit: the first three concern the person at the desk, and a call that is told
 * to agents who answer it with a call would never come to rest.
 */
export function isWorkspaceEvent(event: HubEvent): event is WorkspaceEvent {
  return told.has(event.type);
}

/** URIs of the resources that this event changed, the widest first: its workspace's `…/events` always. */
export function changedUris(event: WorkspaceEvent): readonly string[] {
  const { workspace } = event;
  const uris = [workspaceUri(workspace, 'events'), workspaceUri(workspace)];
  switch (event.type) {
    case 'file.moved':
      return [...uris, fileUri(workspace, event.path), fileUri(workspace, event.from)];
    case 'file.copied':
    case 'file.written':
    case 'file.deleted':
    case 'file.restored':
      return [...uris, fileUri(workspace, event.path)];
    case 'lock.acquired':
    case 'lock.queued':
    case 'lock.renewed':
    case 'lock.released':
    case 'lock.refused':
      return [...uris, workspaceUri(workspace, 'locks')];
    case 'job.queued':
    case 'job.started':
    case 'job.succeeded':
    case 'job.failed':
    case 'job.cancelled':
      return [...uris, workspaceUri(workspace, 'jobs')];
    case 'workspace.created':
    case 'workspace.updated':
    case 'workspace.deleted':
    case 'member.set':
    case 'member.removed':
    case 'upload.started':
    case 'upload.finished':
    case 'upload.cancelled':
      return uris;
    default:
      event satisfies never;
      return uris;
  }
}
