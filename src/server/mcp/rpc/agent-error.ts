import { HubError, toWire, type HubErrorCode, type WireError } from '../../../protocol/errors.ts';
import { digest } from '../../../protocol/digest.ts';
import { RpcError } from './rpc.ts';
import { rpcCodes } from '../../../protocol/json-rpc.ts';

/** Bytes of a refusal's message, and of its details: both may repeat what the caller sent. */
const MOST_MESSAGE_BYTES = 4096;
const MOST_DETAILS_BYTES = 8192;

/** A hub error as agents get it: of bounded length, and with times in its details as ISO 8601, not ms as inside the hub. */
export function agentError(error: HubError): WireError {
  const { message, details, ...wire } = toWire(error);
  return {
    ...wire,
    message: shortMessage(message),
    ...(details === undefined ? {} : { details: readableTimes(digest(details, MOST_DETAILS_BYTES) as object) }),
  };
}

/** A message cut to what a refusal may have. */
export function shortMessage(message: string): string {
  return digest(message, MOST_MESSAGE_BYTES) as string; // of a text it is a text
}

/**
 * A hub error as a JSON-RPC error, for the methods whose results have no `isError`: resources, prompts,
 * completion. Programs branch on `data.code`. For a missing resource, `data` has its `uri` too (MCP
 * 2026-07-28). Other errors are returned as they are.
 */
export function toRpcError(error: unknown, uri?: string): unknown {
  if (!(error instanceof HubError)) return error;
  const missing = error.code === 'not_found' && uri !== undefined;
  const wire = agentError(error);
  return new RpcError(rpcCode(error.code), wire.message, { ...(missing ? { uri } : {}), ...wire });
}

function rpcCode(code: HubErrorCode): number {
  switch (code) {
    case 'invalid_argument':
    case 'invalid_path':
    case 'not_found':
      return rpcCodes.invalidParams;
    case 'internal':
      return rpcCodes.internal;
    default:
      return rpcCodes.server;
  }
}

function readableTimes(details: object): Record<string, unknown> {
  const entries = Object.entries(details).map(([name, value]: [string, unknown]): [string, unknown] =>
    typeof value === 'number' && /(?:_at|At)$/u.test(name) ? [name, new Date(value).toISOString()] : [name, value],
  );
  return Object.fromEntries(entries);
}
