import type { LoginAddresses } from '../http/login-paths.ts';
import type { ClientIds } from '../logins/client-ids.ts';
import type { LoginAsked } from '../logins/login-asked.ts';
import { isRegistered, returnKindOf } from '../logins/redirect-uri.ts';
import { oauthProblem, type OauthProblem } from './oauth-answers.ts';
import type { Fields } from './read-form.ts';

/** Longest `state` that is handed back, in characters. */
const MOST_STATE = 2_000;

/** A request that is none: told to the person alone, or also to the client, where it may be sent back. */
export interface RefusedAuthorize {
  readonly kind: 'refused';
  readonly problem: OauthProblem;
  readonly back?: Pick<LoginAsked, 'redirectUri' | 'returnKind' | 'state'>;
}

/**
 * Reads what a client asks the authorization endpoint for (RFC 6749, section 4.1.1; RFC 7636; RFC 8707). A client that
 * is unknown, or wants its answer elsewhere than it registered, is never sent anything.
 *
 * @param address IP address of the browser
 */
export function readAuthorize(
  fields: Fields,
  clientIds: ClientIds,
  at: LoginAddresses,
  address: string,
): (LoginAsked & { readonly kind: 'asked' }) | RefusedAuthorize {
  const client = clientIds.read(fields.get('client_id') ?? '');
  if (!client) {
    const what =
      'This client is not known here: the hub never gave it that client_id, or its data directory is another now. Have the client log in anew; if it keeps the old id, log out in it first.';
    return { kind: 'refused', problem: oauthProblem('invalid_client', what) };
  }
  const only = client.redirectUris.length === 1 ? client.redirectUris[0] : undefined;
  const redirectUri = fields.get('redirect_uri') ?? only;
  const returnKind = redirectUri === undefined ? undefined : returnKindOf(redirectUri);
  if (redirectUri === undefined || !returnKind || !isRegistered(redirectUri, client.redirectUris)) {
    const what = 'The client wants its answer at an address that it did not register. Nothing was sent there.';
    return { kind: 'refused', problem: oauthProblem('invalid_request', what) };
  }
  const state = fields.get('state');
  const refuse = (error: OauthProblem['error'], words: string): RefusedAuthorize => ({
    kind: 'refused',
    problem: oauthProblem(error, words),
    back: { redirectUri, returnKind, state: state !== undefined && state.length > MOST_STATE ? undefined : state },
  });
  if (state !== undefined && state.length > MOST_STATE) {
    return refuse('invalid_request', `The state may have at most ${MOST_STATE} characters.`);
  }
  if (fields.get('response_type') !== 'code') {
    return refuse('unsupported_response_type', 'A login here is by response_type=code.');
  }
  const challenge = fields.get('code_challenge') ?? '';
  if (fields.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/u.test(challenge)) {
    return refuse('invalid_request', 'A login here needs PKCE: send code_challenge, with code_challenge_method=S256.');
  }
  const resource = fields.get('resource');
  if (resource !== undefined && !isSameResource(resource, at.resource)) {
    return refuse('invalid_target', `The resource is not of this hub; it is ${at.resource}.`);
  }
  return {
    kind: 'asked',
    client,
    redirectUri,
    returnKind,
    challenge,
    state,
    issuer: at.issuer,
    resource: at.resource,
    address,
  };
}

/** Whether an address names this resource, however its scheme and host are written and whether it ends with a slash. */
export function isSameResource(given: string, own: string): boolean {
  if (!URL.canParse(given)) return false;
  const { href, hash } = new URL(given);
  return hash === '' && href.replace(/\/$/u, '') === own;
}
