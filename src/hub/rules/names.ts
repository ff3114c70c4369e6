import { HubError } from '../../protocol/errors.ts';

const MAX_NAME_LENGTH = 64;

/**
 * What is wrong with the name of a key or a workspace; undefined when nothing is. Names are shown
 * to people and written into URIs and commands: no controls, no slash, no space at either end.
 */
export function nameProblem(of: 'key' | 'workspace', name: string): HubError | undefined {
  const problem = problemOf(name);
  if (problem === undefined) return undefined;
  return new HubError('invalid_argument', `The name of the ${of} ${problem}.`, { details: { name } });
}

function problemOf(name: string): string | undefined {
  if (name === '') return 'is empty; write 1 to 64 characters';
  if (name.length > MAX_NAME_LENGTH) return `is longer than ${MAX_NAME_LENGTH} characters; shorten it`;
  if (name !== name.trim()) return 'begins or ends with a space; take it off';
  if (!name.isWellFormed() || /[\p{Cc}\p{Zl}\p{Zp}/\\]/u.test(name))
    return 'has a control character or a slash; leave it out';
  return undefined;
}
