import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from '@modelcontextprotocol/server';
import { HubError, toWire, type HubErrorCode } from '../../protocol/errors.ts';

/** JSON-RPC code of a refusal: a number of ours, outside the range that JSON-RPC and MCP reserve. */
const FORBIDDEN = 403;
const REFUSED = 409;

/**
 * A refusal as a JSON-RPC error, for the methods that have no `isError`: resources, prompts,
 * completion. `data` is the refusal in its wire form, so programs branch on `data.code`.
 */
export function toRpcError(error: unknown, uri?: string): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const hubError =
    error instanceof HubError
      ? error
      : new HubError('internal', 'Something went wrong in the hub; its log says what.', { cause: error });
  if (hubError.code === 'not_found' && uri !== undefined) return new ResourceNotFoundError(uri, hubError.message);
  return new ProtocolError(rpcCode(hubError.code), hubError.message, toWire(hubError));
}

function rpcCode(code: HubErrorCode): number {
  if (code === 'forbidden') return FORBIDDEN;
  if (code === 'invalid_argument' || code === 'invalid_path' || code === 'not_found')
    return ProtocolErrorCode.InvalidParams;
  if (code === 'internal' || code === 'storage_failed' || code === 'hub_closed') return ProtocolErrorCode.InternalError;
  return REFUSED;
}
