import type { ServerResponse } from 'node:http';
import { sendJson } from './http-errors.ts';

/** Where clients that can do OAuth go when a hub has refused their key: RFC 6749, 7009, 7591, 7662, 8628, 9126. */
const ENDPOINTS =
  /^\/(?:(?:oauth2?|connect)\/.*|(?:register|token|authorize|revoke|introspect|userinfo|device_authorization|par|jwks)\/?)$/u;

/**
 * What a person reads whose client tried OAuth. Nothing in it may look to a client as if it were about its registration
 * (OpenCode looks for the words OAuth, registration and client_id, and then shows a sentence of its own).
 */
const WORDS =
  'This address takes a key, and the one that was sent is missing, unknown, revoked, suspended or expired. ' +
  'Make one on the Keys screen or with signalbox keys create, and have the client send it as the header ' +
  'Authorization: Bearer sbx_... with each request. On this machine, or over https, a client that can log in needs ' +
  'no key at the address /agent/mcp.';

/** Whether a path is one of an OAuth server's. */
export function isOauthProbe(path: string): boolean {
  return ENDPOINTS.test(path);
}

/**
 * Answers a client that looks for an OAuth server, in the form that it shows to its person (RFC 6749, section 5.2; RFC
 * 7591, section 3.2.2).
 *
 * @returns whether it was one
 */
export function answerOauthProbe(response: ServerResponse, path: string): boolean {
  if (!isOauthProbe(path)) return false;
  // A code that clients do not answer by trying again with other credentials.
  sendJson(response, 400, JSON.stringify({ error: 'invalid_request', error_description: WORDS }));
  return true;
}
