import type { HubEvent } from './events.ts';
import { reduceJob } from './reduce/jobs.ts';
import { reduceKey } from './reduce/keys.ts';
import { reduceLock } from './reduce/locks.ts';
import { reduceSession } from './reduce/sessions.ts';
import { reduceUpload } from './reduce/uploads.ts';
import { reduceFileUsage, reduceWorkspace } from './reduce/workspaces.ts';
import type { HubState } from './state.ts';

/**
 * The one place where state changes. `event.seq` must be `state.seq + 1`: a gap means that an
 * event was lost, and throws.
 */
export function applyEvent(state: HubState, event: HubEvent): void {
  if (event.seq !== state.seq + 1) {
    throw new Error(`Event ${event.seq} cannot follow ${state.seq}: the log has no gaps`);
  }
  state.seq = event.seq;
  state.at = event.at;
  switch (event.type) {
    case 'hub.started':
    case 'tool.called':
    case 'access.denied':
      return;
    case 'key.created':
    case 'key.revoked':
      return reduceKey(state, event);
    case 'workspace.created':
    case 'workspace.updated':
    case 'workspace.deleted':
    case 'member.set':
    case 'member.removed':
      return reduceWorkspace(state, event);
    case 'session.opened':
    case 'session.initialized':
    case 'session.subscribed':
    case 'session.unsubscribed':
    case 'session.dropped':
    case 'session.resumed':
    case 'session.closed':
      return reduceSession(state, event);
    case 'file.written':
    case 'file.moved':
    case 'file.copied':
    case 'file.deleted':
    case 'file.restored':
      return reduceFileUsage(state, event);
    case 'upload.started':
    case 'upload.finished':
    case 'upload.cancelled':
      return reduceUpload(state, event);
    case 'lock.acquired':
    case 'lock.queued':
    case 'lock.renewed':
    case 'lock.released':
    case 'lock.refused':
      return reduceLock(state, event);
    case 'job.queued':
    case 'job.started':
    case 'job.succeeded':
    case 'job.failed':
    case 'job.cancelled':
      return reduceJob(state, event);
    default:
      event satisfies never;
  }
}
