import { MOST_BATCHED } from './message-limits.ts';
import { allowsBatch, sessionVersions } from './protocol-versions.ts';
import { parseMessage, problem, type RpcMessage, type RpcProblem, type RpcRequest } from './rpc.ts';
import { isRpcId, rpcCodes, type RpcId } from '../../../protocol/json-rpc.ts';
import { isRecord } from '../../../protocol/is-record.ts';

/** The messages of a POST, or why it is refused: one bad message refuses the whole batch. */
export function postedMessages(json: unknown): readonly RpcMessage[] | RpcProblem {
  const given: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (given.length === 0 || given.length > MOST_BATCHED) {
    return problem(rpcCodes.invalidRequest, `A batch has 1 to ${MOST_BATCHED} messages.`);
  }
  const messages: RpcMessage[] = [];
  for (const one of given) {
    const message = parseMessage(one);
    if (message.kind === 'problem') return message;
    messages.push(message);
  }
  return messages;
}

/** Why a batch is refused in this revision; `undefined` where it may be served, or is no batch. */
export function batchProblem(json: unknown, version: string): RpcProblem | undefined {
  if (!Array.isArray(json) || allowsBatch(version)) return undefined;
  return problem(rpcCodes.invalidRequest, `Revision ${version} has no batches: POST each message by itself.`);
}

/** The `initialize` among the messages of a POST that may open a session; or why it cannot. */
export function initializeIn(messages: readonly RpcMessage[]): RpcRequest | RpcProblem | undefined {
  const request = messages.find((message) => message.kind === 'request' && message.method === 'initialize');
  if (request?.kind !== 'request') return undefined;
  if (messages.length > 1) return problem(rpcCodes.invalidRequest, '"initialize" must be POSTed by itself.');
  const wrong = initializeProblem(request.params);
  return wrong === undefined ? request : problem(rpcCodes.invalidParams, wrong, request.id);
}

/**
 * What is wrong with the parameters of `initialize`, and what to send. All revisions want three of them; a client
 * that leaves out `clientInfo` or `capabilities` (or sends `[]` for none, as PHP does) is served all the same.
 */
export function initializeProblem(params: Readonly<Record<string, unknown>>): string | undefined {
  const { protocolVersion, clientInfo } = params;
  let wrong: string;
  if (typeof protocolVersion !== 'string') {
    wrong = `"protocolVersion" must be a text, one of ${sessionVersions.join(', ')}`;
  } else if (clientInfo !== undefined && !isRecord(clientInfo)) {
    wrong = '"clientInfo" must be an object';
  } else {
    return undefined;
  }
  return `${wrong}. Send for example {"protocolVersion": "${sessionVersions[0]}", "capabilities": {}, "clientInfo": {"name": "my-agent", "version": "1.0.0"}}.`;
}

/**
 * The ids of the requests in a body that is refused as a whole, as far as they may be repeated: a client of HTTP+SSE
 * waits for each on its stream.
 */
export function requestIdsIn(json: unknown): RpcId[] {
  const given: readonly unknown[] = Array.isArray(json) ? json.slice(0, MOST_BATCHED) : [json];
  return given.flatMap((one) => {
    if (!isRecord(one) || typeof one['method'] !== 'string' || !isRpcId(one['id'])) return [];
    // Without its parameters, so that only the id is looked at.
    const message = parseMessage({ jsonrpc: '2.0', id: one['id'], method: 'ping' });
    return message.kind === 'request' ? [message.id] : [];
  });
}
