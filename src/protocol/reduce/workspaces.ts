import type { EventOf, EventsOf } from '../events.ts';
import type { HubState, WorkspaceState } from '../state.ts';
import { noteLost, noteOutlived } from './access.ts';
import { forgetLinks } from './links.ts';
import { endTransfer, forgetTransfers } from './transfers.ts';
import { timeOf } from '../time-of.ts';

/** Workspaces and the roles in them. */
export function reduceWorkspace(state: HubState, event: EventsOf<'workspace' | 'member'>): void {
  switch (event.type) {
    case 'workspace.created':
      state.workspaces.set(event.workspace, {
        id: event.workspace,
        name: event.name,
        createdAt: timeOf(event),
        ...(event.actor.kind === 'agent' ? { createdBy: event.actor.key } : {}),
        intelligence: event.intelligence,
        quotaBytes: event.quotaBytes,
        usedBytes: 0,
        fileCount: 0,
        roles: {},
      });
      return;
    case 'workspace.updated': {
      const before = state.workspaces.get(event.workspace);
      const isRenamed = event.name !== undefined && event.name !== before?.name;
      if (before && isRenamed) noteLost(state, before, Object.keys(before.roles));
      return change(state, event.workspace, (was) => ({
        ...was,
        name: event.name ?? was.name,
        quotaBytes: event.quotaBytes ?? was.quotaBytes,
        intelligence: event.intelligence ?? was.intelligence,
      }));
    }
    case 'workspace.deleted': {
      const before = state.workspaces.get(event.workspace);
      if (before) {
        noteLost(state, before, Object.keys(before.roles));
        noteOutlived(state, before);
      }
      state.workspaces.delete(event.workspace);
      forgetTransfers(state, event.workspace);
      forgetLinks(state, event.workspace);
      return;
    }
    case 'workspace.transferred':
      return endTransfer(state, event.transferId, { how: 'claimed', at: timeOf(event) });
    case 'member.set':
      return change(state, event.workspace, (was) => ({
        ...was,
        roles: { ...was.roles, [event.keyId]: event.role },
        ...guestsAfter(was, event),
      }));
    case 'member.removed': {
      const before = state.workspaces.get(event.workspace);
      if (before) noteLost(state, before, [event.keyId]);
      return change(state, event.workspace, (was) => {
        const { [event.keyId]: _gone, ...roles } = was.roles;
        return { ...was, roles, ...withoutGuest(was, event.keyId) };
      });
    }
    default:
      event satisfies never;
  }
}

/** A role that another agent gives makes a key a guest, unless it was there already; one that a person gives ends that. */
function guestsAfter(was: WorkspaceState, { actor, keyId }: EventOf<'member.set'>): Pick<WorkspaceState, 'guests'> {
  if (actor.kind === 'human') return withoutGuest(was, keyId);
  if (actor.kind !== 'agent' || actor.key === keyId || was.roles[keyId] !== undefined) return {};
  return { guests: [...(was.guests ?? []), keyId] };
}

function withoutGuest({ guests = [] }: WorkspaceState, keyId: string): Pick<WorkspaceState, 'guests'> {
  return guests.includes(keyId) ? { guests: guests.filter((guest) => guest !== keyId) } : {};
}

/** Keeps the workspace's count of files and bytes; the files themselves are in a projection. */
export function reduceFileUsage(state: HubState, event: EventsOf<'file'>): void {
  change(state, event.workspace, (was) => {
    switch (event.type) {
      case 'file.written':
      case 'file.copied':
      case 'file.restored':
        return {
          ...was,
          usedBytes: was.usedBytes + event.sizeBytes,
          fileCount: was.fileCount + (event.appears ? 1 : 0),
        };
      case 'file.moved':
        return was;
      case 'file.deleted':
        return {
          ...was,
          usedBytes: was.usedBytes - event.freedBytes,
          fileCount: was.fileCount - (event.disappears ? 1 : 0),
        };
      default:
        event satisfies never;
        return was;
    }
  });
}

function change(state: HubState, id: string, to: (was: WorkspaceState) => WorkspaceState): void {
  const was = state.workspaces.get(id);
  if (was) state.workspaces.set(id, to(was));
}
