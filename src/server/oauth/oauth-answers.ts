import { HubError } from '../../protocol/errors.ts';
import { challenge, quotable, sendJson } from '../http/http-errors.ts';
import type { RefusedConnections } from '../http/refused-connections.ts';
import type { Exchange } from '../mcp/requests/edge.ts';

/** Why an endpoint says no: by a code of RFC 6749 (section 5.2), 7591 (3.2.2), 8707 (2), and words for people. */
export interface OauthProblem {
  readonly error:
    | 'invalid_request'
    | 'invalid_client'
    | 'invalid_grant'
    | 'invalid_target'
    | 'unsupported_grant_type'
    | 'unsupported_response_type'
    | 'invalid_redirect_uri'
    | 'invalid_client_metadata'
    | 'access_denied'
    | 'temporarily_unavailable'
    | 'server_error';
  readonly words: string;
  /** Default 400. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function oauthProblem(error: OauthProblem['error'], words: string): OauthProblem {
  return { error, words };
}

/** A refusal of the hub, as an OAuth error. */
export function oauthProblemOf(error: HubError): OauthProblem {
  const words = error.message;
  switch (error.code) {
    case 'rate_limited':
    case 'limit_reached':
      return { error: 'temporarily_unavailable', words, status: 429, headers: retryAfter(error) };
    case 'unauthorized':
    case 'key_revoked':
    case 'key_expired':
    case 'not_found':
    case 'name_taken':
    case 'invalid_argument':
      return oauthProblem('invalid_grant', words);
    case 'key_suspended':
      return oauthProblem('access_denied', words);
    case 'too_large':
    case 'timeout':
    case 'bad_request':
    case 'unsupported_media_type':
      return oauthProblem('invalid_request', words);
    case 'storage_failed':
    case 'hub_closed':
      return { error: 'temporarily_unavailable', words, status: 503 };
    default:
      return { error: 'server_error', words, status: 500 };
  }
}

function retryAfter(error: HubError): Record<string, string> {
  const asRate = new HubError('rate_limited', '', { retryAfterMs: error.retryAfterMs ?? 1_000 });
  return challenge(asRate);
}

/** The problem as `error_description` may have it: printable ASCII (RFC 6749, appendix A.8). */
export function problemBody({ error, words }: OauthProblem): string {
  return JSON.stringify({ error, error_description: quotable(words) });
}

/** Answers an endpoint's client; who was refused is noted, as the person may look for it. */
export function sendProblem(
  { request, response, tap }: Exchange,
  refused: Pick<RefusedConnections, 'note'>,
  found: OauthProblem,
): void {
  const { status = 400, headers = {} } = found;
  tap.code = found.error;
  const code = found.error === 'invalid_grant' || found.error === 'invalid_client' ? 'unauthorized' : 'bad_request';
  if (status === 400) refused.note(request, new HubError(code, found.words), { status, frameId: tap.id });
  sendJson(response, status, problemBody(found), { Pragma: 'no-cache', ...headers });
}
