/** Every reason for which the hub says no. Stable: agents and scripts branch on these. */
export const hubErrorCodes = [
  'invalid_argument', // an argument is missing, malformed or out of range
  'invalid_path', // a file path is empty, escapes the workspace or has control characters
  'bad_request', // malformed HTTP, JSON or JSON-RPC
  'unsupported_media_type',
  'too_large', // over a cap of size
  'unauthorized', // no key, or an unknown one
  'key_expired', // or its secret was replaced, and the time of the old one is over
  'key_revoked',
  'key_suspended', // a person suspended it, or it reached for several workspaces that it was never granted
  'forbidden', // the key has no sufficient role, or not this tool
  'host_refused', // Host header is not one of ours
  'origin_refused', // Origin header is not one of ours
  'session_unknown',
  'not_found',
  'name_taken',
  'conflict', // `if_version` does not match, or what is to be changed is in a state that forbids it
  'locked', // somebody else holds the lock
  'lock_timeout', // the wait for a lock ran out
  'lock_not_held', // the token is not that of the current holder
  'fence_stale', // the fence is older than the lock's
  'deadlock', // the wait would close a cycle
  'quota_exceeded',
  'checksum_mismatch',
  'offset_mismatch', // an upload's chunk does not continue where the last ended
  'gone', // it was there and is no longer (expired upload, purged version)
  'timeout',
  'cancelled',
  'limit_reached', // the key, the workspace or the hub has as many of it as it may
  'rate_limited', // the key sends more requests per second than it may
  'slow_reader', // a subscriber's queue passed its cap
  'unreadable_file', // a job could not make sense of a file's content
  'unsupported', // there is no such thing here: a pair of formats, a kind of file, a platform
  'address_refused', // an address on the network that may not be fetched from
  'unreachable', // a host on the network did not answer, or not as it should
  'client_file_unreadable', // the file of a client that is to be set up is not what its format says
  'client_file_unwritable',
  'client_file_changed', // since it was looked at, or since Signalbox wrote it
  'client_file_taken', // it has another entry of our name
  'storage_failed', // the disk refused a write; nobody was sent anything of it
  'log_corrupt',
  'log_newer', // the database was written by a newer version
  'data_dir_held', // another hub has the data directory
  'data_dir_unwritable',
  'port_in_use',
  'address_unavailable',
  'hub_closed',
  'hub_away', // `signalbox connect` does not reach its hub now; nothing was done, or it is not known
  'internal', // a bug; the message names where to look
] as const;

export type HubErrorCode = (typeof hubErrorCodes)[number];

/**
 * The form of a {@link HubError} on any wire: JSON, MCP `structuredContent`, birpc. Plain checks
 * instead of a schema: every thread of the hub loads this file, and a schema would slow its start.
 */
export interface WireError {
  readonly code: HubErrorCode;
  readonly message: string;
  readonly retry_after_ms?: number | undefined;
  readonly details?: Record<string, unknown> | undefined;
}

export interface HubErrorOptions {
  /** When trying again makes sense, in ms from now. */
  readonly retryAfterMs?: number;
  /** Facts for programs: holder, expiry, the cycle, the limit … JSON values only. */
  readonly details?: Record<string, unknown>;
  readonly cause?: unknown;
}

/** A refusal with a stable code and a message that says what to do next. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly code: HubErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: HubErrorCode, message: string, options: HubErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }
}

/** Puts any thrown value on the wire; what is not a {@link HubError} becomes `internal`. */
export function toWire(error: unknown): WireError {
  if (!(error instanceof HubError)) {
    return { code: 'internal', message: messageOf(error) };
  }
  return {
    code: error.code,
    message: error.message,
    ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }),
    ...(error.details === undefined ? {} : { details: error.details }),
  };
}

/** The inverse of {@link toWire}; a value of another form becomes `internal` with its text. */
export function fromWire(value: unknown): HubError {
  if (!isWireError(value)) return new HubError('internal', `Unreadable error: ${JSON.stringify(value)}`);
  const { code, message, retry_after_ms: retryAfterMs, details } = value;
  return new HubError(code, message, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(details === undefined ? {} : { details }),
  });
}

function isWireError(value: unknown): value is WireError {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, retry_after_ms: wait, details } = value as Record<keyof WireError, unknown>;
  return (
    hubErrorCodes.some((known) => known === code) &&
    typeof message === 'string' &&
    (wait === undefined || (Number.isInteger(wait) && (wait as number) >= 0)) &&
    (details === undefined || (typeof details === 'object' && details !== null))
  );
}

/** What a thrown value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
