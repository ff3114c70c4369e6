import { rpcCodes } from '../../http/http-errors.ts';
import { allowsBatch } from './protocol-versions.ts';
import { parseMessage, problem, type RpcMessage, type RpcProblem } from './rpc.ts';

/** Messages of one batch. */
const BATCH_CAP = 100;

/**
 * The messages that a POST holds, or why it is refused as a whole: of a batch with one bad message
 * nothing is done.
 */
export function postedMessages(json: unknown): readonly RpcMessage[] | RpcProblem {
  const given: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (given.length === 0 || given.length > BATCH_CAP) {
    return problem(rpcCodes.invalidRequest, `A batch has 1 to ${BATCH_CAP} messages.`);
  }
  const messages: RpcMessage[] = [];
  for (const one of given) {
    const message = parseMessage(one);
    if (message.kind === 'problem') return message;
    messages.push(message);
  }
  return messages;
}

/** Why a batch is refused in this revision; `undefined` where it is served, or is none. */
export function batchProblem(json: unknown, version: string): RpcProblem | undefined {
  if (!Array.isArray(json) || allowsBatch(version)) return undefined;
  return problem(rpcCodes.invalidRequest, `Revision ${version} has no batches: POST each message by itself.`);
}
