import type { EventReference } from '../../../protocol/events/define-event.ts';
import { factsOf, type HubEvent } from '../../../protocol/events.ts';
import type { Selection } from '../../selection.ts';

/** The subjects of an event that the inspector can show, with their names. */
export function eventSubjects(
  event: HubEvent,
): readonly { readonly name: string; readonly text: string; readonly to: Selection }[] {
  return referencesOf(event).map((to) => ({ name: names[to.kind], text: textOf(to), to }));
}

/** What the event's type names itself, and what the ids among its fields name. */
function referencesOf(event: HubEvent): readonly EventReference[] {
  const found: EventReference[] = [];
  const session =
    'sessionId' in event ? event.sessionId : event.actor.kind === 'agent' ? event.actor.session : undefined;
  if (session !== undefined) found.push({ kind: 'session', sessionId: session });
  found.push(...factsOf(event.type).references(event));
  if ('jobId' in event) found.push({ kind: 'job', jobId: event.jobId });
  if ('fileId' in event) {
    const { workspace, path, version } = event;
    found.push({ kind: 'file', workspace, path, version });
  }
  if ('keyId' in event && event.keyId !== undefined) found.push({ kind: 'key', keyId: event.keyId });
  return found;
}

const names = { session: 'Session', lock: 'Lock', job: 'Job', file: 'File', key: 'Key' } as const satisfies Record<
  EventReference['kind'],
  string
>;

function textOf(reference: EventReference): string {
  switch (reference.kind) {
    case 'session':
      return reference.sessionId;
    case 'lock':
      return reference.path;
    case 'job':
      return reference.jobId;
    case 'file':
      return `${reference.path} v${reference.version}`;
    case 'key':
      return reference.keyId;
    default:
      return reference satisfies never;
  }
}
