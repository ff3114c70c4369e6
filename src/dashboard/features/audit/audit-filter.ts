import type { Actor } from '../../../protocol/envelope.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import { nounOf } from '../../../protocol/noun.ts';
import type { AuditQuery } from '../../../protocol/records.ts';

/** The audit screen's filter; an absent part filters nothing. */
export interface AuditFilter {
  /** `human`, `hub`, or a key id. */
  readonly actor?: string;
  readonly sessionId?: string;
  /** Exact types (`lock.acquired`) or nouns (`lock`); empty filters nothing. */
  readonly types: readonly string[];
  readonly workspace?: string;
  /** Ms since the epoch, inclusive. */
  readonly from?: number;
  /** Ms since the epoch, exclusive. */
  readonly to?: number;
}

export const openFilter: AuditFilter = { types: [] };

/** Whether the filter's query would return this pushed event. */
export function matches(filter: AuditFilter, event: HubEvent): boolean {
  if (filter.from !== undefined && event.at < filter.from) return false;
  if (filter.to !== undefined && event.at >= filter.to) return false;
  if (filter.workspace !== undefined && !('workspace' in event && event.workspace === filter.workspace)) return false;
  if (filter.actor !== undefined && filter.actor !== actorId(event.actor)) return false;
  if (filter.sessionId !== undefined && filter.sessionId !== sessionOf(event)) return false;
  if (filter.types.length === 0) return true;
  return filter.types.includes(event.type) || filter.types.includes(nounOf(event.type));
}

/** The actor as filters name it: `human`, `hub`, or the key's id. */
export function actorId(actor: Actor): string {
  return actor.kind === 'agent' ? actor.key : actor.kind;
}

function sessionOf(event: HubEvent): string | undefined {
  if (event.actor.kind === 'agent' && event.actor.session !== undefined) return event.actor.session;
  return 'sessionId' in event ? event.sessionId : undefined;
}

/** The filter as a query, without a place in the log. */
export function toQuery(filter: AuditFilter): AuditQuery {
  return {
    ...(filter.actor === undefined ? {} : { actor: filter.actor }),
    ...(filter.sessionId === undefined ? {} : { sessionId: filter.sessionId }),
    ...(filter.types.length === 0 ? {} : { types: filter.types }),
    ...(filter.workspace === undefined ? {} : { workspace: filter.workspace }),
    ...(filter.from === undefined ? {} : { from: filter.from }),
    ...(filter.to === undefined ? {} : { to: filter.to }),
  };
}

/** Whether nothing is filtered out. */
export function isOpen(filter: AuditFilter): boolean {
  return Object.keys(toQuery(filter)).length === 0;
}

/**
 * Selects or clears a type or a noun. A noun stands for all its types: selecting it removes its types from
 * the list, and clearing one type of a selected noun leaves the others.
 */
export function toggleType(types: readonly string[], ticked: string, allTypes: readonly string[]): readonly string[] {
  if (types.includes(ticked)) return types.filter((type) => type !== ticked);
  const dot = ticked.indexOf('.');
  if (dot < 0) return [...types.filter((type) => !type.startsWith(`${ticked}.`)), ticked];
  const noun = ticked.slice(0, dot);
  const siblings = allTypes.filter((type) => type.startsWith(`${noun}.`));
  if (types.includes(noun)) {
    return [...types.filter((type) => type !== noun), ...siblings.filter((type) => type !== ticked)];
  }
  const next = [...types, ticked];
  if (!siblings.every((type) => next.includes(type))) return next;
  return [...next.filter((type) => !type.startsWith(`${noun}.`)), noun];
}

/** Whether the list has this type or its noun. */
export function hasType(types: readonly string[], type: string): boolean {
  const dot = type.indexOf('.');
  return types.includes(type) || (dot > 0 && types.includes(type.slice(0, dot)));
}
