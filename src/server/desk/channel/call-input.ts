import { hubCalls, type HubApi } from '../../../protocol/api.ts';
import { HubError } from '../../../protocol/errors.ts';

/**
 * Checks the input of a call: one object, or nothing if no member is required. JSON has no `undefined`: it
 * arrives as `null`.
 *
 * @throws HubError `invalid_argument`, naming each part that is wrong
 */
export function parseCallInput(call: keyof HubApi, given: readonly unknown[]): unknown {
  const parsed = hubCalls[call].input.safeParse(given[0] ?? {});
  if (parsed.success && given.length <= 1) return parsed.data;
  const problems = parsed.success
    ? [`takes one object, not ${given.length} arguments`]
    : parsed.error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message));
  throw new HubError('invalid_argument', `${call} was called wrongly: ${problems.join('; ')}`, {
    details: { problems },
  });
}
