import { HubError } from '../../protocol/errors.ts';
import { hiddenCharacter } from '../../protocol/names/hidden-characters.ts';
import { lookOfName } from '../../protocol/names/look.ts';

export const MAX_NAME_LENGTH = 64;

/**
 * The name of a key, a workspace or an agent in Unicode's NFC; `invalid_argument` if it is not allowed. Names are shown
 * to people and used in URIs and commands: nothing that nobody sees or that turns text around, no slash, no
 * blank at either end, not `.` or `..`.
 */
export function properName(of: 'key' | 'workspace' | 'agent', given: string): string | HubError {
  const name = given.normalize('NFC');
  const problem = nameProblem(name);
  if (problem === undefined) return name;
  const shown = name.slice(0, MAX_NAME_LENGTH).toWellFormed();
  return new HubError('invalid_argument', `The name of the ${of} ${problem}.`, { details: { name: shown } });
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'is empty; write 1 to 64 characters';
  if (name.length > MAX_NAME_LENGTH) return `is longer than ${MAX_NAME_LENGTH} characters; shorten it`;
  if (name !== name.trim()) return 'begins or ends with a blank; take it off';
  if (name === '.' || name === '..') return `is ${name}, which an address cannot have; choose another`;
  if (/[/\\]/u.test(name)) return 'has a slash; leave it out';
  const hidden = hiddenCharacter(name);
  return hidden === undefined ? undefined : `has ${hidden}, which nobody sees; leave it out`;
}

/** Whether two names look the same to people: case, Unicode form, dashes and blanks do not matter. */
export function isSameName(one: string, other: string): boolean {
  return one === other || lookOfName(one) === lookOfName(other);
}
