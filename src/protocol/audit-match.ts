import { doerOf, isNamedBy, partiesOf, sessionOf, type OwnerOf } from './event-parties.ts';
import type { HubEvent } from './events.ts';
import { namesType } from './noun.ts';
import type { AuditQuery } from './records.ts';
import { timeOf } from './time-of.ts';

/**
 * Whether a page of the query would have the event, wherever the page begins and ends; but for what happened while the
 * clock was wrong, which its place alone says. `ownerOf` has to know the
 * sessions and jobs that were there before the event.
 */
export function matchesQuery(event: HubEvent, query: AuditQuery, ownerOf: OwnerOf): boolean {
  const { from, to, workspace, orNone, by, involving, sessionId, types } = query;
  const isOfTime = (time: number): boolean => (from === undefined || time >= from) && (to === undefined || time < to);
  if (!isOfTime(event.at) && !isOfTime(timeOf(event))) return false;
  const where = 'workspace' in event ? event.workspace : undefined;
  if (workspace !== undefined && where !== workspace && !(orNone && where === undefined)) return false;
  if (by !== undefined && !isNamedBy(by, doerOf(event, ownerOf))) return false;
  if (
    involving !== undefined &&
    !partiesOf(event, ownerOf)
      .values()
      .some((party) => isNamedBy(involving, party))
  )
    return false;
  if (sessionId !== undefined && sessionOf(event) !== sessionId) return false;
  return types === undefined || namesType(types, event.type);
}
