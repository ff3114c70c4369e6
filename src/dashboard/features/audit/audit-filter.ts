import { matchesQuery } from '../../../protocol/audit-match.ts';
import type { OwnerOf } from '../../../protocol/event-parties.ts';
import type { EventType, HubEvent } from '../../../protocol/events.ts';
import { nounOf } from '../../../protocol/noun.ts';
import type { AuditQuery } from '../../../protocol/records.ts';

/** The audit screen's filter: a query without a place in the log. No types, or an absent part, filters nothing. */
export type AuditFilter = Omit<AuditQuery, 'types' | 'cursor' | 'limit' | 'order'> & {
  readonly types: NonNullable<AuditQuery['types']>;
};

export const openFilter: AuditFilter = { types: [] };

/** Whether the filter's query would return this pushed event. */
export function matches(filter: AuditFilter, event: HubEvent, ownerOf: OwnerOf): boolean {
  return matchesQuery(event, toQuery(filter), ownerOf);
}

/** The filter as a query, without a place in the log. */
export function toQuery({ types, ...others }: AuditFilter): AuditQuery {
  return types.length === 0 ? others : { ...others, types };
}

/** Whether nothing is filtered out. */
export function isOpen(filter: AuditFilter): boolean {
  return Object.values(toQuery(filter)).every((part) => part === undefined);
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
