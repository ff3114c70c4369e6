import { HubError } from '../protocol/errors.ts';
import { eventTypes } from '../protocol/events.ts';
import type { StateSnapshot } from '../protocol/snapshot.ts';
import { nounOf } from '../protocol/noun.ts';
import { nearest } from '../protocol/words/nearest.ts';
import { CommandFailure, EXIT } from './host.ts';
import { keyMeant } from './key-meant.ts';

/** `human`, `hub`, or the id of the key that is given by id or name. */
export function actorMeant(state: StateSnapshot, actor: string): string {
  if (actor === 'human' || actor === 'hub' || isPastKey(state, actor)) return actor;
  return keyMeant(state, actor).id;
}

/** Whether it is an id of a key that the state has not: it may have been revoked long ago. */
function isPastKey({ keys }: StateSnapshot, actor: string): boolean {
  return /^key_[0-9a-z]+$/u.test(actor) && keys.every(({ id }) => id !== actor);
}

/** Refuses a word that is neither an event type nor a noun, and suggests those that are close to it. */
export function mustBeTypes(names: readonly string[]): void {
  const nouns: string[] = [...new Set(eventTypes.map(nounOf))];
  const known = [...eventTypes, ...nouns];
  const wrong = names.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const [noun = ''] = wrong.split('.');
  const types = eventTypes.filter((type) => nounOf(type) === noun);
  const near = nearest(wrong, types.length > 0 ? types : known);
  const message = [
    `There is no event type "${wrong}".`,
    near === undefined ? '' : `Did you mean ${near}?`,
    types.length > 0 ? `Of ${noun} there are ${types.join(', ')}.` : `Nouns are ${nouns.join(', ')}.`,
  ];
  throw new CommandFailure(new HubError('invalid_argument', message.filter(Boolean).join(' ')), EXIT.usage);
}
