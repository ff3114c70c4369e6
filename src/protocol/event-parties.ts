import { agentId } from './agent-id.ts';
import { actorAgentId, keyOfId } from './actor-id.ts';
import type { HubEvent } from './events.ts';
import { eventSubject } from './words/event-parts.ts';

/**
 * Whose a session or job is, by its id: the agent (`agentId`), or `human` or `hub` that asked for a job; undefined where
 * unknown.
 */
export type OwnerOf = (id: string) => string | undefined;

/**
 * Who did it: an agent, `human` or `hub`, whom the sentence is about. A lock that a release granted was taken by the
 * agent that had waited for it, though the actor in the log is the one who released.
 */
export function doerOf(event: HubEvent, ownerOf: OwnerOf): string {
  const subject = eventSubject(event);
  return subject.kind === 'session' ? (ownerOf(subject.session) ?? actorAgentId(event.actor)) : actorAgentId(subject);
}

/**
 * The parties of an event: its subject, its actor in the log, the keys and agents that it names, and the owner of its
 * session or job. An agent's key is not named beside it.
 */
export function partiesOf(event: HubEvent, ownerOf: OwnerOf): ReadonlySet<string> {
  const parties = new Set([doerOf(event, ownerOf), actorAgentId(event.actor)]);
  if ('keyId' in event && event.keyId !== undefined) {
    parties.add(agentId(event.keyId, 'agent' in event ? event.agent : undefined));
  }
  if ('cycle' in event) {
    const names = event.cycleAgents ?? [];
    for (const [at, keyId] of (event.cycle ?? []).entries()) parties.add(agentId(keyId, names[at] || undefined));
  }
  const owners = [
    'sessionId' in event && event.sessionId !== undefined ? ownerOf(event.sessionId) : undefined,
    'jobId' in event ? ownerOf(event.jobId) : undefined,
  ];
  for (const owner of owners) if (owner !== undefined) parties.add(owner);
  return parties;
}

/** Whether an id of {@link doerOf} or {@link partiesOf} is what a query names: the agent itself, or its key. */
export function isNamedBy(query: string, id: string): boolean {
  return id === query || keyOfId(id) === query;
}

/** The session of an event: that of the sentence's subject, else the one that the event names. */
export function sessionOf(event: HubEvent): string | undefined {
  const subject = eventSubject(event);
  const own = subject.kind === 'agent' || subject.kind === 'session' ? subject.session : undefined;
  return own ?? ('sessionId' in event ? event.sessionId : undefined);
}
