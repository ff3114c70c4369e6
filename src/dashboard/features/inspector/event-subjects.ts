import type { HubEvent } from '../../../protocol/events.ts';
import type { Selection } from '../../selection.ts';

/** What an event is about that the inspector can show, with a name for each. */
export function eventSubjects(
  event: HubEvent,
): readonly { readonly name: string; readonly text: string; readonly to: Selection }[] {
  const found: { name: string; text: string; to: Selection }[] = [];
  const session =
    'sessionId' in event ? event.sessionId : event.actor.kind === 'agent' ? event.actor.session : undefined;
  if (session !== undefined)
    found.push({ name: 'Session', text: session, to: { kind: 'session', sessionId: session } });
  if (event.type.startsWith('lock.') && 'path' in event) {
    found.push({ name: 'Lock', text: event.path, to: { kind: 'lock', workspace: event.workspace, path: event.path } });
  }
  if ('jobId' in event) found.push({ name: 'Job', text: event.jobId, to: { kind: 'job', jobId: event.jobId } });
  if ('fileId' in event) {
    const { workspace, path, version } = event;
    found.push({ name: 'File', text: `${path} v${version}`, to: { kind: 'file', workspace, path, version } });
  }
  if ('keyId' in event && event.keyId !== undefined) {
    found.push({ name: 'Key', text: event.keyId, to: { kind: 'key', keyId: event.keyId } });
  }
  return found;
}
