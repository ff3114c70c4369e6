import { matchesQuery } from '../../../protocol/audit-match.ts';
import type { EventType, HubEvent } from '../../../protocol/events.ts';
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
  return matchesQuery(event, toQuery(filter));
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
export function toggleType(
  types: readonly string[],
  ticked: string,
  allTypes: readonly EventType[],
): readonly string[] {
  if (types.includes(ticked)) return types.filter((type) => type !== ticked);
  const noun = nounOf(ticked);
  const siblings: readonly string[] = allTypes.filter((type) => nounOf(type) === nounOf(ticked));
  if (types.includes(noun)) {
    return [...types.filter((type) => type !== noun), ...siblings.filter((type) => type !== ticked)];
  }
  const next = [...types, ticked];
  const isWhole = ticked === noun || siblings.every((type) => next.includes(type));
  return isWhole ? [...types.filter((type) => nounOf(type) !== noun), noun] : next;
}
