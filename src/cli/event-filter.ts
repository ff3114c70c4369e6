import type { HubEvent } from '../protocol/events.ts';
import type { AuditQuery } from '../protocol/records.ts';
import type { StateSnapshot } from '../protocol/snapshot.ts';
import { nounOf } from '../protocol/state.ts';
import { keyMeant } from './key-meant.ts';

/** Whether a pushed event belongs to what was asked for, as the hub decides it for a page. */
export function matches(event: HubEvent, { workspace, types, actor }: AuditQuery): boolean {
  if (workspace !== undefined && !('workspace' in event && event.workspace === workspace)) return false;
  if (types !== undefined && !types.includes(event.type) && !types.includes(nounOf(event.type))) return false;
  if (actor === undefined) return true;
  return event.actor.kind === 'agent' ? event.actor.key === actor : event.actor.kind === actor;
}

/** `human`, `hub`, or the id of the key that is given by id or name. */
export function actorMeant(state: StateSnapshot, actor: string): string {
  return actor === 'human' || actor === 'hub' ? actor : keyMeant(state, actor).id;
}
