import type { RpcRequest } from './rpc.ts';
import { isRecord } from '../../../protocol/is-record.ts';

/** The tool that a request calls, if it calls one. */
export function toolOf({ method, params }: RpcRequest): string | undefined {
  const { name } = params;
  return method === 'tools/call' && typeof name === 'string' ? name : undefined;
}

/** The hub's error code in a tool's result; `undefined` for a success. */
export function toolErrorCode(result: object): string | undefined {
  if (!('isError' in result) || result.isError !== true) return undefined;
  const fields = 'structuredContent' in result ? result.structuredContent : undefined;
  if (isRecord(fields) && typeof fields['code'] === 'string') return fields['code'];
  // A client whose model is given text alone has the code at the beginning of that.
  const content: unknown = 'content' in result ? result.content : undefined;
  const block: unknown = Array.isArray(content) ? content.at(0) : undefined;
  const code = isRecord(block) ? /^(\w+): /u.exec(String(block['text']))?.[1] : undefined;
  return code ?? 'internal';
}
