import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSecure } from './is-secure.ts';
import { isOauthProbe } from './oauth-probes.ts';

/**
 * Where pages of an allowed origin may go: what agents use, with a key, and where they look for an OAuth server. The
 * desk's own calls are not among them.
 */
const FOR_AGENTS = /^\/(?:mcp|sse|messages|uploads|files|\.well-known|agent\/(?:mcp|register|token|revoke))(?:\/|$)/u;

const METHODS = 'GET, HEAD, POST, PATCH, DELETE, OPTIONS';
/** What a page may read of an answer, besides the few that each page may. */
const EXPOSED =
  'Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After, Location, ETag, Accept-Ranges, Content-Length, ' +
  'Content-Range, Content-Disposition, X-File-Version, X-Content-Checked, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, ' +
  'Tus-Checksum-Algorithm, Upload-Offset, Upload-Length, Upload-Metadata, Upload-Expires';
/** Names of headers, as a preflight lists them. */
const HEADER_NAMES = /^[\w\-, ]{1,2000}$/u;

/**
 * Lets a page of another origin, which the guard has let through, read the answers of the addresses for agents
 * (Fetch, "CORS protocol"). Cookies do not count there: a page needs a key.
 *
 * @returns whether the request was a preflight and has been answered
 */
export function answerCrossOrigin(request: IncomingMessage, response: ServerResponse, path: string): boolean {
  const { origin, host } = request.headers;
  if (
    origin === undefined ||
    !(FOR_AGENTS.test(path) || isOauthProbe(path)) ||
    origin.toLowerCase() === `${isSecure(request) ? 'https' : 'http'}://${host?.toLowerCase()}`
  ) {
    return false;
  }
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Vary', 'Origin');
  response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  const asked = request.headers['access-control-request-headers'] ?? '';
  response.writeHead(204, {
    'Access-Control-Allow-Methods': METHODS,
    ...(HEADER_NAMES.test(asked) ? { 'Access-Control-Allow-Headers': asked } : {}),
    ...(request.headers['access-control-request-private-network'] === 'true'
      ? { 'Access-Control-Allow-Private-Network': 'true' }
      : {}),
    'Access-Control-Max-Age': '600',
  });
  response.end();
  return true;
}
