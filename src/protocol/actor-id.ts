import type { Actor } from './envelope.ts';

/** The actor as queries name it: `human`, `hub`, or the key's id. */
export function actorId(actor: Actor): string {
  return actor.kind === 'agent' ? actor.key : actor.kind;
}
