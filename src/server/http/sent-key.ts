import type { HubState } from '../../protocol/state.ts';
import type { SentKey } from '../../protocol/refused-connection.ts';
import { HubError } from '../../protocol/errors.ts';
import { secretHash } from '../../hub/data-dir/secrets.ts';
import { bearerToken } from './auth.ts';

/** Shortest key of which an end is shown: two characters of a shorter secret would give too much of it away. */
const LEAST_CHARACTERS = 24;

/** What an `Authorization` header has for a key, as the person may see it. */
export function sentKeyOf(state: Pick<HubState, 'keys'>, authorization: string | undefined): SentKey {
  if (authorization === undefined) return { kind: 'none' };
  const token = bearerToken(authorization);
  if (token instanceof HubError) return { kind: 'malformed' };
  const known = state.keys.withHash(secretHash(token));
  const end = token.length < LEAST_CHARACTERS ? {} : { end: token.slice(-2) };
  if (known) return { kind: 'known', keyId: known.id, ...end };
  return isUnfilled(token) ? { kind: 'unfilled' } : { kind: 'unknown', ...end };
}

/** `$SIGNALBOX_KEY`, `${env:KEY}`, `%KEY%`, `<key>`, or `sbx_` with dots: no key has such characters. */
function isUnfilled(token: string): boolean {
  return /^[$%<{]/u.test(token) || /^sbx_(?:[^\w-].*)?$/u.test(token);
}
