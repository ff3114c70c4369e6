import { agentId, agentOfId } from './agent-id.ts';
import type { Actor } from './envelope.ts';

/** The actor as queries name it: `human`, `hub`, or the key's id. */
export function actorId(actor: Actor): string {
  return actor.kind === 'agent' ? actor.key : actor.kind;
}

/** {@link actorId}, and of an agent with a name its own (`agentId`). */
export function actorAgentId(actor: Actor): string {
  return actor.kind === 'agent' ? agentId(actor.key, actor.agent) : actor.kind;
}

/** The key of an id that may name an agent of it; `human` and `hub` stand for themselves. */
export function keyOfId(id: string): string {
  return agentOfId(id).keyId;
}
