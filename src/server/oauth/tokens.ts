import { newSecret, secretHash } from '../../hub/data-dir/secrets.ts';
import type { Hub } from '../../hub/hub.ts';
import { HUB } from '../../hub/rule.ts';
import { endLogin, refreshKey } from '../../hub/rules/key-logins.ts';
import { createKey } from '../../hub/rules/keys.ts';
import { HubError } from '../../protocol/errors.ts';
import { DEFAULT_TOOLS } from '../../protocol/tool-policy.ts';
import type { LoginAddresses } from '../http/login-paths.ts';
import type { ClientIds } from '../logins/client-ids.ts';
import type { LoginCodes, Redeemed } from '../logins/login-codes.ts';
import type { LoginSigner } from '../logins/login-signer.ts';
import { isSameResource } from './authorize-request.ts';
import { oauthProblem, oauthProblemOf, type OauthProblem } from './oauth-answers.ts';
import type { Fields } from './read-form.ts';

export interface TokenDeps {
  readonly hub: Hub;
  readonly signer: LoginSigner;
  readonly clientIds: ClientIds;
  readonly codes: LoginCodes;
}

/** An answer of the token endpoint (RFC 6749, section 5.1). A key does not expire unless the person says so. */
interface Token {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly refresh_token: string;
  /** Seconds. */
  readonly expires_in?: number;
}

/** A key that a token was given for, for the recorder. */
export interface Issued {
  readonly token: Token;
  readonly keyId: string;
}

/**
 * Gives a key for a code, or a new secret for a refresh token (RFC 6749, sections 4.1.3 and 6).
 *
 * @param cause id of the frame of the request
 */
export async function giveToken(
  deps: TokenDeps,
  fields: Fields,
  { at, cause }: { readonly at: LoginAddresses; readonly cause: string },
): Promise<Issued | OauthProblem> {
  const clientId = fields.get('client_id') ?? '';
  if (!deps.clientIds.read(clientId)) {
    return oauthProblem('invalid_client', 'This client is not known here. Register it, and log in anew.');
  }
  const resource = fields.get('resource');
  if (resource !== undefined && !isSameResource(resource, at.resource)) {
    return oauthProblem('invalid_target', `The resource is not of this hub; it is ${at.resource}.`);
  }
  try {
    switch (fields.get('grant_type')) {
      case 'authorization_code':
        return await forCode(deps, fields, { clientId, resource: resource && at.resource, cause });
      case 'refresh_token':
        return await forRefresh(deps, fields, { clientId, cause });
      default:
        return oauthProblem(
          'unsupported_grant_type',
          'Send grant_type=authorization_code or grant_type=refresh_token.',
        );
    }
  } catch (error) {
    if (error instanceof HubError) return oauthProblemOf(error);
    throw error;
  }
}

async function forCode(
  { hub, signer, codes }: TokenDeps,
  fields: Fields,
  { clientId, resource, cause }: { clientId: string; resource: string | undefined; cause: string },
): Promise<Issued | OauthProblem> {
  const redeemed = codes.redeem({
    code: fields.get('code') ?? '',
    clientId,
    redirectUri: fields.get('redirect_uri'),
    verifier: fields.get('code_verifier') ?? '',
    resource,
  });
  if (redeemed instanceof HubError) return oauthProblemOf(redeemed);
  if (redeemed.kind === 'replayed') {
    const keyId = await redeemed.key;
    const reason = 'Its code came a second time: somebody else may have it.';
    if (keyId !== undefined) await hub.execute(endLogin, { keyId, reason }, { ...HUB, cause });
    const what = 'This code was used before: its key, if it got one, is revoked. Log in again.';
    return oauthProblem('invalid_grant', what);
  }
  return makeKey(hub, signer, redeemed, cause);
}

/** Makes the key that the person granted. */
async function makeKey(hub: Hub, signer: LoginSigner, redeemed: Redeemed, cause: string): Promise<Issued> {
  const { grant, asked, issued } = redeemed;
  let made: string | undefined;
  try {
    const { secret, secretSha256 } = newSecret();
    const keyId = hub.newId('key');
    const refreshes = signer.refreshToken(keyId, asked.client.id);
    await hub.execute(
      createKey,
      {
        keyId,
        name: grant.name,
        secretSha256,
        roles: { [grant.workspace]: grant.role },
        tools: DEFAULT_TOOLS,
        login: { client: asked.client.name, refreshSha256: secretHash(refreshes) },
      },
      { actor: { kind: 'human' }, cause },
    );
    made = keyId;
    return { keyId, token: tokenOf(secret, refreshes, undefined, hub) };
  } finally {
    issued(made);
  }
}

async function forRefresh(
  { hub, signer }: TokenDeps,
  fields: Fields,
  { clientId, cause }: { clientId: string; cause: string },
): Promise<Issued | OauthProblem> {
  const shown = fields.get('refresh_token') ?? '';
  const keyId = signer.keyOfRefresh(shown, clientId);
  if (keyId === undefined) {
    return oauthProblem(
      'invalid_grant',
      'This refresh token is not one that the hub gave to this client. Log in again.',
    );
  }
  const { secret, secretSha256 } = newSecret();
  const refreshes = signer.refreshToken(keyId, clientId);
  const refreshed = await hub.execute(
    refreshKey,
    { keyId, shownSha256: secretHash(shown), secretSha256, refreshSha256: secretHash(refreshes) },
    { actor: { kind: 'agent', key: keyId }, cause },
  );
  if (refreshed.kind === 'replayed') {
    const what = 'This refresh token was used before, so its key is revoked: somebody else may have it. Log in again.';
    return oauthProblem('invalid_grant', what);
  }
  return { keyId, token: tokenOf(secret, refreshes, refreshed.expiresAt, hub) };
}

function tokenOf(secret: string, refreshes: string, expiresAt: number | undefined, { now }: Pick<Hub, 'now'>): Token {
  return {
    access_token: secret,
    token_type: 'Bearer',
    refresh_token: refreshes,
    ...(expiresAt === undefined ? {} : { expires_in: Math.max(0, Math.floor((expiresAt - now()) / 1_000)) }),
  };
}

/**
 * Revokes the key of a token, whichever of its two it is (RFC 7009). One that is unknown, and the key of one that did
 * not log in, are left as they are.
 */
export async function revokeToken(
  { hub, signer, clientIds }: Omit<TokenDeps, 'codes'>,
  fields: Fields,
  cause: string,
): Promise<OauthProblem | undefined> {
  const token = fields.get('token');
  if (token === undefined) return oauthProblem('invalid_request', 'Send the token that is to be revoked.');
  const clientId = fields.get('client_id') ?? '';
  if (!clientIds.read(clientId)) return oauthProblem('invalid_client', 'This client is not known here.');
  const keyId = hub.state.keys.withHash(secretHash(token))?.id ?? signer.keyOfRefresh(token, clientId);
  if (keyId === undefined) return undefined;
  try {
    const reason = 'Its client logged out.';
    await hub.execute(endLogin, { keyId, reason }, { actor: { kind: 'agent', key: keyId }, cause });
    return undefined;
  } catch (error) {
    if (error instanceof HubError) return oauthProblemOf(error);
    throw error;
  }
}
