import { rpcCodes } from '../../http/http-errors.ts';
import { sessionVersions } from './protocol-versions.ts';
import { isRecord, problem, type RpcMessage, type RpcProblem, type RpcRequest } from './rpc.ts';

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
