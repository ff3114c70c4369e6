import { isRecord, type RpcId, type RpcMessage, type RpcRequest } from './rpc.ts';

/** How a frame describes a message. */
export function described(message: RpcMessage): {
  readonly kind: 'request' | 'notification' | 'response';
  readonly label: string;
  readonly rpcId: RpcId | undefined;
  readonly detail: string | undefined;
} {
  if (message.kind === 'reply') return { kind: 'response', label: 'ping', rpcId: message.id, detail: undefined };
  const { method, params } = message;
  const detail = params['name'] ?? params['uri'];
  return {
    kind: message.kind,
    label: method,
    rpcId: message.kind === 'request' ? message.id : undefined,
    detail: typeof detail === 'string' ? detail : undefined,
  };
}

/** The tool that a request calls, if it calls one. */
export function toolOf({ method, params }: RpcRequest): string | undefined {
  const { name } = params;
  return method === 'tools/call' && typeof name === 'string' ? name : undefined;
}

/** The hub's error code in a tool's result; `undefined` for a success. */
export function toolErrorCode(result: object): string | undefined {
  if (!('isError' in result) || result.isError !== true || !('structuredContent' in result)) return undefined;
  const { structuredContent } = result;
  return isRecord(structuredContent) && typeof structuredContent['code'] === 'string'
    ? structuredContent['code']
    : 'internal';
}
