import { rpcCodes } from '../../http/http-errors.ts';
import { sessionVersions } from './protocol-versions.ts';
import { isRecord, problem, type RpcMessage, type RpcProblem, type RpcRequest } from './rpc.ts';

/** The `initialize` among the messages of a POST that may open a session; or why it cannot. */
export function greetingIn(messages: readonly RpcMessage[]): RpcRequest | RpcProblem | undefined {
  const greeting = messages.find((message) => message.kind === 'request' && message.method === 'initialize');
  if (greeting?.kind !== 'request') return undefined;
  if (messages.length > 1) return problem(rpcCodes.invalidRequest, '"initialize" must be POSTed by itself.');
  const wrong = greetingProblem(greeting.params);
  return wrong === undefined ? greeting : problem(rpcCodes.invalidParams, wrong, greeting.id);
}

/**
 * What is wrong with the parameters of `initialize`, and what to send. All revisions want three of them;
 * who leaves out `clientInfo` or `capabilities` (or sends `[]` for none, as PHP does) can be served, and is.
 */
export function greetingProblem(params: Readonly<Record<string, unknown>>): string | undefined {
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
