import { isRecord, type RpcId, type RpcMessage } from './rpc.ts';

/** How a message is called in a frame. */
export function described(message: RpcMessage): {
  kind: 'request' | 'notification' | 'response';
  label: string;
  rpcId?: RpcId;
  detail?: string;
} {
  if (message.kind === 'reply') return { kind: 'response', label: 'ping', rpcId: message.id };
  const { method, params } = message;
  const detail = params['name'] ?? params['uri'];
  return {
    kind: message.kind,
    label: method,
    ...(message.kind === 'request' ? { rpcId: message.id } : {}),
    ...(typeof detail === 'string' ? { detail } : {}),
  };
}

/** The hub's code of a tool's refusal; `undefined` for anything that went well. */
export function toolErrorCode(result: object): string | undefined {
  if (!('isError' in result) || result.isError !== true || !('structuredContent' in result)) return undefined;
  const { structuredContent } = result;
  return isRecord(structuredContent) && typeof structuredContent['code'] === 'string'
    ? structuredContent['code']
    : 'internal';
}
