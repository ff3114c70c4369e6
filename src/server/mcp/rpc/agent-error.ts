import { HubError, toWire, type HubErrorCode, type WireError } from '../../../protocol/errors.ts';
import { rpcCodes, RpcError } from './rpc.ts';

/** A hub error as agents get it: times in its details are ISO 8601, not ms as inside the hub. */
export function agentError(error: HubError): WireError {
  const wire = toWire(error);
  return wire.details === undefined ? wire : { ...wire, details: readableTimes(wire.details) };
}

/**
 * A hub error as a JSON-RPC error, for the methods whose results have no `isError`: resources, prompts,
 * completion. Programs branch on `data.code`. For a missing resource, `data` has its `uri` too (MCP
 * 2026-07-28). Other errors are returned as they are.
 */
export function toRpcError(error: unknown, uri?: string): unknown {
  if (!(error instanceof HubError)) return error;
  const missing = error.code === 'not_found' && uri !== undefined;
  return new RpcError(rpcCode(error.code), error.message, { ...(missing ? { uri } : {}), ...agentError(error) });
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

function readableTimes(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(details).map(([name, value]): [string, unknown] =>
    typeof value === 'number' && /(?:_at|At)$/u.test(name) ? [name, new Date(value).toISOString()] : [name, value],
  );
  return Object.fromEntries(entries);
}
