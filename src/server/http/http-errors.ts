import type { ServerResponse } from 'node:http';
import { type HubError, type HubErrorCode, toWire } from '../../protocol/errors.ts';

/** The HTTP status that says the same as a hub error's code. */
export function statusOf(code: HubErrorCode): number {
  switch (code) {
    case 'invalid_argument':
    case 'invalid_path':
    case 'bad_request':
      return 400;
    case 'unauthorized':
    case 'key_expired':
    case 'key_revoked':
      return 401;
    case 'forbidden':
    case 'key_suspended':
    case 'host_refused':
    case 'origin_refused':
      return 403;
    case 'session_unknown':
    case 'not_found':
      return 404;
    case 'timeout':
      return 408;
    case 'name_taken':
    case 'conflict':
    case 'client_file_changed':
    case 'client_file_taken':
    case 'lock_not_held':
    case 'fence_stale':
    case 'deadlock':
    case 'offset_mismatch':
    case 'cancelled':
      return 409;
    case 'gone':
      return 410;
    case 'too_large':
      return 413;
    case 'unsupported_media_type':
      return 415;
    case 'checksum_mismatch':
      return 460; // as tus's checksum extension has it
    case 'locked':
    case 'lock_timeout':
      return 423;
    case 'limit_reached':
    case 'slow_reader':
    case 'rate_limited':
      return 429;
    case 'unreadable_file':
    case 'client_file_unreadable':
    case 'client_file_unwritable':
    case 'unsupported':
    case 'address_refused':
      return 422;
    case 'unreachable':
      return 502;
    case 'storage_failed':
    case 'quota_exceeded':
      return 507;
    case 'hub_closed':
    case 'hub_away':
    case 'data_dir_held':
    case 'data_dir_unwritable':
    case 'port_in_use':
    case 'address_unavailable':
      return 503;
    case 'log_corrupt':
    case 'log_newer':
    case 'internal':
      return 500;
    default:
      return code satisfies never;
  }
}

/** The JSON body of an HTTP refusal outside of MCP: `{"error": {code, message, …}}`. */
export function errorBody(error: unknown): string {
  return JSON.stringify({ error: toWire(error) });
}

/**
 * The header that goes with a 401 (RFC 6750, section 3), and that which goes with too many requests (RFC 6585, section
 * 4; whole seconds).
 *
 * @param resourceMetadata where a client that can log in reads how (RFC 9728, section 5.1); elsewhere keys are made at
 * the desk, and no OAuth server is named
 */
export function challenge(error: HubError, resourceMetadata?: string): Record<string, string> {
  if (error.code === 'rate_limited') return { 'Retry-After': String(Math.ceil((error.retryAfterMs ?? 0) / 1_000)) };
  return statusOf(error.code) === 401
    ? {
        'WWW-Authenticate':
          `Bearer realm="signalbox", error="invalid_token", error_description="${quotable(error.message)}"` +
          (resourceMetadata === undefined ? '' : `, resource_metadata="${resourceMetadata}"`),
      }
    : {};
}

/** A sentence with the characters that `error_description` may have (RFC 6750, section 3). */
export function quotable(text: string): string {
  return text
    .replaceAll('…', '...')
    .replaceAll('"', "'")
    .replaceAll(/[^\x20-\x7e]|\\/gu, '?');
}

/** Answers with a JSON text; does nothing when the head has been sent or the client is gone. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(body);
}
