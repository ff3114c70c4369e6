import type { EventReference } from '../../../protocol/events/define-event.ts';
import { factsOf, type HubEvent } from '../../../protocol/events.ts';

/** The subjects of an event that the inspector can show, with what each is called. */
export function eventSubjects(event: HubEvent): readonly { readonly name: string; readonly to: EventReference }[] {
  return referencesOf(event).map((to) => ({ name: names[to.kind], to }));
}

/** What the event's type names itself, and what the ids among its fields name. */
function referencesOf(event: HubEvent): readonly EventReference[] {
  const found: EventReference[] = [];
  const session =
    'sessionId' in event ? event.sessionId : event.actor.kind === 'agent' ? event.actor.session : undefined;
  if (session !== undefined) found.push({ kind: 'session', sessionId: session });
  found.push(...factsOf(event.type).references(event));
  if ('jobId' in event) found.push({ kind: 'job', jobId: event.jobId });
  if ('fileId' in event && event.fileId !== undefined && event.version !== undefined) {
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
