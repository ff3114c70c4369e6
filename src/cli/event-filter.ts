import { keyOfId } from '../protocol/actor-id.ts';
import { agentId, agentOfId } from '../protocol/agent-id.ts';
import { HubError } from '../protocol/errors.ts';
import type { StateSnapshot } from '../protocol/snapshot.ts';
import { readTypes } from '../protocol/words/event-type-names.ts';
import { CommandFailure, EXIT } from './host.ts';
import { keyMeant } from './key-meant.ts';

/**
 * `human`, `hub`, or the id of the key that is given by id or name; with a slash and a name behind it, that agent of the
 * key, also by what a person calls it. Refuses an agent that the key has not (any more).
 */
export function actorMeant(state: StateSnapshot, actor: string): string {
  if (actor === 'human' || actor === 'hub' || isPastKey(state, keyOfId(actor))) return actor;
  const { keyId, agent } = agentOfId(actor);
  const key = keyMeant(state, keyId);
  if (agent === undefined) return key.id;
  const { agents = [] } = key;
  const known = agents.find(({ name }) => name === agent) ?? agents.find(({ label }) => label === agent);
  if (known) return agentId(key.id, known.name);
  const names = agents.map(({ name }) => name);
  const said = names.length === 0 ? 'It has had none.' : `It has had ${names.slice(-MOST_NAMED).join(', ')}.`;
  const refused = new HubError('not_found', `The key ${key.name} has no agent ${JSON.stringify(agent)}. ${said}`);
  throw new CommandFailure(refused, EXIT.usage);
}

/** Agents of a key that a refusal names, the last ones. */
const MOST_NAMED = 10;

/** Whether it is an id of a key that the state has not: it may have been revoked long ago. */
function isPastKey({ keys }: StateSnapshot, actor: string): boolean {
  return /^key_[0-9a-z]+$/u.test(actor) && keys.every(({ id }) => id !== actor);
}

/** Refuses a word that is neither an event type nor a noun, and suggests those that are close to it. */
export function mustBeTypes(names: readonly string[]): void {
  const named = readTypes(names);
  if ('wrong' in named) throw new CommandFailure(new HubError('invalid_argument', named.words), EXIT.usage);
}
