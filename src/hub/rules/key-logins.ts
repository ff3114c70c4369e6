import { HubError } from '../../protocol/errors.ts';
import type { KeyState } from '../../protocol/state.ts';
import type { Rule, RuleEnv } from '../rule.ts';
import { removeFromLocks } from './vacate.ts';

/** How long the secret before a refresh is good too, in ms: what the client has asked with it meanwhile is answered. */
export const REFRESH_GRACE_MS = 60_000;

export interface RefreshKey {
  readonly keyId: string;
  /** SHA-256 of the refresh token that the client has, and of what it gets; hex. */
  readonly shownSha256: string;
  readonly secretSha256: string;
  readonly refreshSha256: string;
}

/** What became of a try to refresh: a token that was used before tells that somebody else has it. */
export type Refreshed =
  | { readonly kind: 'refreshed'; readonly expiresAt: number | undefined }
  | { readonly kind: 'replayed' };

/**
 * Gives the client that logged in a new secret and a new refresh token for its own. One that it used before revokes the
 * key: of two that have it, one has stolen it (OAuth 2.1, section 4.3.1). Refuses with `key_revoked`, `key_suspended`,
 * `key_expired`.
 */
export const refreshKey: Rule<RefreshKey, Refreshed> = (state, command, env) => {
  const { keyId, shownSha256, secretSha256, refreshSha256 } = command;
  const key = state.keys.get(keyId);
  const bad = notRefreshed(key, env.now);
  if (bad) return bad;
  if (key?.login?.refreshSha256 !== shownSha256) {
    const reason = 'A refresh token came a second time: somebody else may have it.';
    return {
      events: [...removeFromLocks(state, keyId, 'key_revoked', env), { type: 'key.revoked', keyId, reason }],
      answer: () => ({ kind: 'replayed' }),
    };
  }
  const graceUntil = env.now + REFRESH_GRACE_MS;
  const { expiresAt } = key;
  return {
    events: [{ type: 'key.refreshed', keyId, secretSha256, refreshSha256, graceUntil }],
    answer: () => ({ kind: 'refreshed', expiresAt }),
  };
};

function notRefreshed(key: KeyState | undefined, now: number): HubError | undefined {
  if (!key?.login || key.revokedAt !== undefined) {
    return new HubError('key_revoked', 'This login is over: its key was revoked. Log in again.');
  }
  if (key.login.refreshSha256 === undefined) {
    return new HubError(
      'key_revoked',
      'The person gave this key another secret, and so ended its login. Log in again.',
    );
  }
  if (key.suspendedAt !== undefined) {
    const why = 'This key is suspended. Ask the person at the desk, who can lift that on the Keys screen.';
    return new HubError('key_suspended', why);
  }
  if (key.expiresAt !== undefined && key.expiresAt <= now) {
    return new HubError('key_expired', 'This key has expired. Log in again.');
  }
  return undefined;
}

export interface EndLogin {
  readonly keyId: string;
  readonly reason: string;
}

/** Revokes the key of a client that logged out, or whose code was used twice. Leaves every other key as it is. */
export const endLogin: Rule<EndLogin, void> = (state, { keyId, reason }, env: RuleEnv) => {
  const key = state.keys.get(keyId);
  if (!key?.login || key.revokedAt !== undefined) return { events: [], answer: () => undefined };
  return {
    events: [...removeFromLocks(state, keyId, 'key_revoked', env), { type: 'key.revoked', keyId, reason }],
    answer: () => undefined,
  };
};
