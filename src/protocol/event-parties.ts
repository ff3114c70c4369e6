import { actorId } from './actor-id.ts';
import type { HubEvent } from './events.ts';
import { eventSubject } from './words/event-parts.ts';

/** Whose a session or job is, by its id: the key, or `human` or `hub` that asked for a job; undefined where unknown. */
export type OwnerOf = (id: string) => string | undefined;

/**
 * Who did it, as queries name it: whom the sentence is about. A lock that a release granted was taken by the
 * agent that had waited for it, though the actor in the log is the one who released.
 */
export function doerOf(event: HubEvent, ownerOf: OwnerOf): string {
  const subject = eventSubject(event);
  return subject.kind === 'session' ? (ownerOf(subject.session) ?? actorId(event.actor)) : actorId(subject);
}

/**
 * All whom it concerns, as queries name them: who did it, whom the log has as actor, the keys that it names, and
 * whose the session or job is.
 */
export function partiesOf(event: HubEvent, ownerOf: OwnerOf): ReadonlySet<string> {
  const parties = new Set([doerOf(event, ownerOf), actorId(event.actor)]);
  if ('keyId' in event && event.keyId !== undefined) parties.add(event.keyId);
  if ('cycle' in event) for (const keyId of event.cycle ?? []) parties.add(keyId);
  const owners = [
    'sessionId' in event && event.sessionId !== undefined ? ownerOf(event.sessionId) : undefined,
    'jobId' in event ? ownerOf(event.jobId) : undefined,
  ];
  for (const owner of owners) if (owner !== undefined) parties.add(owner);
  return parties;
}

/** The session that did it, or to which it happened: that of the sentence's subject, else the one that the event names. */
export function sessionOf(event: HubEvent): string | undefined {
  const subject = eventSubject(event);
  const own = subject.kind === 'agent' || subject.kind === 'session' ? subject.session : undefined;
  return own ?? ('sessionId' in event ? event.sessionId : undefined);
}
