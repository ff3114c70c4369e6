import type { OutFrame } from '../../taps/exchange-tap.ts';
import { frameNumber } from '../../taps/frame-number.ts';
import type { RpcMessage, RpcRequest } from './rpc.ts';

/** What the recorder gets of a message that came in, besides its text. */
export function inFrame(message: RpcMessage): OutFrame {
  if (message.kind === 'reply') return { kind: 'response', method: 'ping', rpcId: message.id };
  const { kind, method, params } = message;
  const detail = params['name'] ?? params['uri'];
  const named = typeof detail === 'string' ? detail : undefined;
  return {
    kind,
    method,
    rpcId: kind === 'request' ? message.id : undefined,
    outcome: kind === 'request' ? 'pending' : 'ok',
    ...(method === 'tools/call' ? { tool: named } : { subject: named }),
  };
}

/** What it gets of the answer to a request. @param cause id of the request's frame */
export function outFrame(
  request: RpcRequest,
  answer: {
    readonly code: string | number | undefined;
    readonly cause: string;
    readonly latencyMs: number;
  },
): OutFrame {
  const { method, tool, subject, rpcId } = inFrame(request);
  const { code, cause, latencyMs } = answer;
  const outcome = code === undefined ? 'ok' : 'error';
  return { kind: 'response', method, tool, subject, rpcId, outcome, code, latencyMs, replyTo: frameNumber(cause) };
}
