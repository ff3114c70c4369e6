/** JSON-RPC's own error codes (JSON-RPC 2.0, section 5.1) and the one that MCP reserves for servers. */
export const rpcCodes = {
  parseError: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  server: -32_000,
  resourceNotFound: -32_002,
  /** Of 2026-07-28: `data.requiredCapabilities` has what the client must say that it can. */
  missingCapability: -32_021,
} as const;

/** The id of a request, which its answer repeats. */
export type RpcId = string | number;

export function isRpcId(value: unknown): value is RpcId {
  return typeof value === 'string' || typeof value === 'number';
}

/** Key of `_meta` in which a stateless request names its revision. */
export const VERSION_META = 'io.modelcontextprotocol/protocolVersion';
export const CLIENT_INFO_META = 'io.modelcontextprotocol/clientInfo';
export const CLIENT_CAPABILITIES_META = 'io.modelcontextprotocol/clientCapabilities';
export const SUBSCRIPTION_ID_META = 'io.modelcontextprotocol/subscriptionId';
export const SERVER_INFO_META = 'io.modelcontextprotocol/serverInfo';
