import { HubError, toWire } from '../../../protocol/errors.ts';
import { lineSafe } from '../../line-safe.ts';
import { MOST_ID_CHARACTERS, MOST_NESTED } from './message-limits.ts';
import { nestedDeeper } from './nesting.ts';
import { isRpcId, rpcCodes, type RpcId } from '../../../protocol/json-rpc.ts';
import { isRecord } from '../../../protocol/is-record.ts';

export interface RpcRequest {
  readonly kind: 'request';
  readonly id: RpcId;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface RpcNotification {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An answer to something that the hub asked. */
export interface RpcReply {
  readonly kind: 'reply';
  readonly id: RpcId;
  readonly result?: unknown;
  readonly error?: unknown;
}

export type RpcMessage = RpcRequest | RpcNotification | RpcReply;

/** Why a body is not a JSON-RPC message (JSON-RPC 2.0, section 5.1), with the id where it has one. */
export interface RpcProblem {
  readonly kind: 'problem';
  readonly rpcCode: number;
  readonly error: HubError;
  readonly id: RpcId | null;
}

const noParams: Readonly<Record<string, unknown>> = Object.freeze({});

/**
 * Parses a body: one message, or the list of a batch. Whether a batch is allowed is for the caller
 * to say. What is
 * nested deeper than anything in MCP is refused: walking through it would exhaust the stack. A byte order mark
 * before the JSON is passed over (RFC 8259, section 8.1).
 */
export function parseBody(text: string): { readonly kind: 'json'; readonly json: unknown } | RpcProblem {
  if (nestedDeeper(text, MOST_NESTED)) {
    return problem(rpcCodes.invalidRequest, `A message may be nested at most ${MOST_NESTED} levels deep.`);
  }
  try {
    return { kind: 'json', json: JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text) as unknown };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    return problem(rpcCodes.parseError, `The body is not JSON: ${why}. Send one JSON-RPC 2.0 message.`);
  }
}

/**
 * Checks one message's shape by hand rather than by a schema: this runs for each message of each
 * agent, and each method checks its own parameters afterwards.
 */
export function parseMessage(value: unknown): RpcMessage | RpcProblem {
  if (!isRecord(value)) return invalid('A message is a JSON object');
  if (value['jsonrpc'] !== '2.0') return invalid('"jsonrpc" must be "2.0"', idOf(value));
  const { id, method } = value;
  if (method === undefined) {
    if (isRpcId(id) && ('result' in value || 'error' in value)) {
      const wrong = idProblem(id);
      return wrong === undefined
        ? { kind: 'reply', id, result: value['result'], error: value['error'] }
        : invalid(`"id" ${wrong}`);
    }
    return invalid('A message has a "method", or an "id" with a "result" or an "error"', idOf(value));
  }
  if (typeof method !== 'string' || method === '') return invalid('"method" must be a name', idOf(value));
  if (method.length > MOST_ID_CHARACTERS) {
    return invalid(`"method" may have at most ${MOST_ID_CHARACTERS} characters`, idOf(value));
  }
  const params = given(value['params']);
  if (params !== undefined && !isRecord(params)) {
    return problem(
      rpcCodes.invalidParams,
      '"params" must be an object; MCP has no positional parameters.',
      idOf(value),
    );
  }
  if (!('id' in value)) return { kind: 'notification', method, params: params ?? noParams };
  if (typeof id !== 'string' && !(typeof id === 'number' && Number.isFinite(id))) {
    return invalid('"id" must be a string or a number, and a request of MCP never has null');
  }
  const wrong = idProblem(id);
  if (wrong !== undefined) return invalid(`"id" ${wrong}`);
  const token = isRecord(params?.['_meta']) ? params['_meta']['progressToken'] : undefined;
  const wrongToken = isRpcId(token) ? idProblem(token) : undefined;
  if (wrongToken !== undefined) return problem(rpcCodes.invalidParams, `"progressToken" ${wrongToken}.`, id);
  return { kind: 'request', id, method, params: params ?? noParams };
}

/**
 * Thrown by a method to be answered as a JSON-RPC error. Any thrown error with a numeric `code` is
 * treated alike, the SDK's own among them; this one costs no import of the SDK at start.
 */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The text of any message of the hub, in a form that no reader of event streams splits. */
export function messageText(message: object): string {
  return lineSafe(JSON.stringify(message));
}

/** A reply's text. `result` must be JSON. */
export function resultText(id: RpcId, result: unknown): string {
  return messageText({ jsonrpc: '2.0', id, result });
}

/** An error reply's text (JSON-RPC 2.0, section 5.1). */
export function errorText(id: RpcId | null, code: number, message: string, data?: unknown): string {
  return messageText({ jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } });
}

/** An error reply that carries a hub error as its `data`; `id` is null where the request's is not known. */
export function refusalText(id: RpcId | null, error: HubError, rpcCode: number = rpcCodes.server): string {
  return errorText(id, rpcCode, error.message, toWire(error));
}

/** A problem of a message as a value to answer with. */
export function problem(rpcCode: number, message: string, id: RpcId | null = null): RpcProblem {
  return { kind: 'problem', rpcCode, error: new HubError('bad_request', message), id };
}

function invalid(what: string, id: RpcId | null = null): RpcProblem {
  return problem(rpcCodes.invalidRequest, `${what}; see JSON-RPC 2.0.`, id);
}

/** What of the id may be repeated in a refusal. */
function idOf(value: Record<string, unknown>): RpcId | null {
  const { id } = value;
  return isRpcId(id) && idProblem(id) === undefined ? id : null;
}

/**
 * Why an id or a progress token is refused. It is repeated letter by letter, so it must be short; a whole number
 * that a double cannot hold would come back as another one.
 */
function idProblem(id: RpcId): string | undefined {
  if (typeof id === 'string') {
    return id.length > MOST_ID_CHARACTERS ? `may have at most ${MOST_ID_CHARACTERS} characters` : undefined;
  }
  return Math.abs(id) > Number.MAX_SAFE_INTEGER
    ? 'may be at most 2^53 - 1 as a number; send it as a string'
    : undefined;
}

/** `null` and `[]` stand for no parameters with some clients (Emacs, Rust, PHP). */
function given(params: unknown): unknown {
  return params === null || (Array.isArray(params) && params.length === 0) ? undefined : params;
}
