import { z } from 'zod';
import { shownClientName } from '../../protocol/names/client-name.ts';
import { MOST_REDIRECT_URIS, type ClientIds } from '../logins/client-ids.ts';
import { returnKindOf } from '../logins/redirect-uri.ts';
import { oauthProblem, type OauthProblem } from './oauth-answers.ts';

/** What is read of what a client says of itself; all else it may say is passed over (RFC 7591, section 2). */
const saidSchema = z.object({
  redirect_uris: z.array(z.string()).min(1).max(MOST_REDIRECT_URIS),
  client_name: z.string().optional(),
  grant_types: z.array(z.string()).optional(),
});

const FORM = '{"redirect_uris": ["http://127.0.0.1/..."], "client_name"?: "..."}';

/**
 * Registers a client (RFC 7591), of which nothing is kept: its id says what it said. It gets no secret, as a program on
 * a person's machine keeps none (RFC 8252, section 8.5).
 *
 * @param now ms since the epoch
 * @returns the answer, or why not
 */
export function register(text: string, clientIds: ClientIds, now: number): object | OauthProblem {
  const said = saidSchema.safeParse(jsonIn(text));
  if (!said.success) {
    return oauthProblem(
      'invalid_client_metadata',
      `Send JSON of the form ${FORM}, with at most ${MOST_REDIRECT_URIS} addresses.`,
    );
  }
  const { redirect_uris: redirectUris, client_name: given = '', grant_types: grants } = said.data;
  const bad = redirectUris.find((uri) => returnKindOf(uri) === undefined);
  if (bad !== undefined) {
    const what = `The redirect_uri ${JSON.stringify(bad.slice(0, 200))} is none that a client is sent back to: take http: on 127.0.0.1, [::1] or localhost, https:, or a scheme of an app; without a fragment or a user.`;
    return oauthProblem('invalid_redirect_uri', what);
  }
  if (grants && !grants.includes('authorization_code')) {
    return oauthProblem('invalid_client_metadata', 'A login here is by authorization_code; have it among grant_types.');
  }
  const name = shownClientName(given);
  const client = clientIds.register({ name, redirectUris, issuedAt: Math.floor(now / 1_000) });
  if (!client)
    return oauthProblem('invalid_client_metadata', 'The redirect_uris are too long; register fewer, or shorter ones.');
  return {
    client_id: client.id,
    client_id_issued_at: client.issuedAt,
    client_name: name,
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
