import { HubError } from '../../protocol/errors.ts';
import type { Actor } from '../../protocol/envelope.ts';

/** Refuses agents; `what` names what only the person at the desk (or the hub itself) may do. */
export function onlyPeople(actor: Actor, what: string): HubError | undefined {
  if (actor.kind !== 'agent') return undefined;
  return new HubError('forbidden', `Only the person at the desk may ${what}. Ask them.`);
}
