import type { Actor } from './envelope.ts';
import type { HubEvent } from './events.ts';
import { namesType } from './noun.ts';
import type { AuditQuery } from './records.ts';

/** The actor as queries name it: `human`, `hub`, or the key's id. */
export function actorId(actor: Actor): string {
  return actor.kind === 'agent' ? actor.key : actor.kind;
}

/** The session by which queries find an event: the one that acted, else the one that it is about. */
export function sessionOf(event: HubEvent): string | undefined {
  if (event.actor.kind === 'agent' && event.actor.session !== undefined) return event.actor.session;
  return 'sessionId' in event ? event.sessionId : undefined;
}

/** Whether a page of the query would have the event, wherever the page begins and ends. */
export function matchesQuery(event: HubEvent, query: AuditQuery): boolean {
  const { from, to, workspace, actor, sessionId, types } = query;
  if (from !== undefined && event.at < from) return false;
  if (to !== undefined && event.at >= to) return false;
  if (workspace !== undefined && !('workspace' in event && event.workspace === workspace)) return false;
  if (actor !== undefined && actorId(event.actor) !== actor) return false;
  if (sessionId !== undefined && sessionOf(event) !== sessionId) return false;
  return types === undefined || namesType(types, event.type);
}
