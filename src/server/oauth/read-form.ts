import type { Hub } from '../../hub/hub.ts';
import { HubError } from '../../protocol/errors.ts';
import { readBody } from '../http/body.ts';
import type { Exchange } from '../mcp/requests/edge.ts';
import { oauthProblem, oauthProblemOf, type OauthProblem } from './oauth-answers.ts';

/** Largest body and longest query of a login, in bytes, and how long a body may take, in ms. */
const MOST_BYTES = 16_384;
const TIMEOUT_MS = 30_000;

/** What a client sent by name; each name once at most (RFC 6749, section 3.1). */
export type Fields = ReadonlyMap<string, string>;

/** The text of a body of this media type; a problem where it is another, or too large. */
export async function readLoginText(hub: Hub, exchange: Exchange, type: string): Promise<string | OauthProblem> {
  const { request, tap } = exchange;
  const given = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (given !== type) return oauthProblem('invalid_request', `Send the body as "Content-Type: ${type}".`);
  tap.isBodyRead = true;
  const text = await readBody(request, { capBytes: MOST_BYTES, timeoutMs: TIMEOUT_MS, timers: hub.timers });
  if (text instanceof HubError) return oauthProblemOf(text);
  tap.tookBody(text);
  return text;
}

/** The fields of a form that was posted. */
export async function readForm(hub: Hub, exchange: Exchange): Promise<Fields | OauthProblem> {
  const text = await readLoginText(hub, exchange, 'application/x-www-form-urlencoded');
  return typeof text === 'string' ? fieldsOf(text) : text;
}

/** The fields of a query or a form. */
export function fieldsOf(text: string): Fields | OauthProblem {
  if (text.length > MOST_BYTES) return oauthProblem('invalid_request', `This may have at most ${MOST_BYTES} bytes.`);
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (fields.has(name))
      return oauthProblem('invalid_request', `The parameter ${name.slice(0, 50)} is there twice; send it once.`);
    if (value !== '') fields.set(name, value); // one without a value counts as left out
  }
  return fields;
}

export function isProblem(given: object): given is OauthProblem {
  return 'error' in given && 'words' in given;
}
