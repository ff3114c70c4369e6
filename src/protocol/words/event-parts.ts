import { factsOf, type HubEvent } from '../events.ts';
import type { Part, Subject } from './part.ts';

/** What happened, in plain words, to follow the name of the subject: "locked `plan.md` for 60 s". */
export function eventParts(event: HubEvent): readonly Part[] {
  return factsOf(event.type).words(event);
}

/**
 * Whom {@link eventParts} are about: the actor, or whom it happened to. A lock that a release or an
 * expiry granted is about the agent that had waited for it.
 */
export function eventSubject(event: HubEvent): Subject {
  return factsOf(event.type).subject(event);
}

/** Whether the sentence is about another than the actor: then it needs a name of its own beside the actor's. */
export function isAboutAnother(event: HubEvent): boolean {
  const subject = eventSubject(event);
  const { actor } = event;
  if (subject.kind !== actor.kind) return true;
  if (subject.kind !== 'agent' || actor.kind !== 'agent') return false;
  // A session has no name before the event that names it.
  return subject.key !== actor.key || (actor.agent !== undefined && subject.agent !== actor.agent);
}
