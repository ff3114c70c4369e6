import type { CompleteRequestParams } from '@modelcontextprotocol/server';
import { HubError, toWire } from '../../../protocol/errors.ts';
import type { CallContext } from './call/call-context.ts';
import type { Catalogue } from './catalogue.ts';
import { MOST_URI_CHARACTERS } from '../rpc/message-limits.ts';
import { RpcError } from '../rpc/rpc.ts';
import { rpcCodes } from '../../../protocol/json-rpc.ts';
import { isRecord } from '../../../protocol/is-record.ts';

type MethodParams = Readonly<Record<string, unknown>>;
export type Method = (params: MethodParams, ctx: CallContext) => object | Promise<object>;

/**
 * The methods that answer from the catalogue, by name: one table, which all three wires serve. What
 * belongs to one wire's connection (`initialize`, `ping`, `logging/setLevel`, `resources/subscribe`,
 * `server/discover`, `subscriptions/listen`) is with the wires.
 *
 * @throws RpcError for parameters of the wrong shape; what the catalogue throws passes through
 */
export function createMethods(catalogue: Catalogue): ReadonlyMap<string, Method> {
  const { tools, resources, prompts, completions } = catalogue;
  return new Map<string, Method>([
    ['tools/list', async (params, ctx) => onePage(params, { tools: await tools.list(ctx) })],
    ['tools/call', (params, ctx) => tools.call(text(params, 'name'), params['arguments'] ?? {}, ctx)],
    ['resources/list', (params, ctx) => resources.list(ctx, cursorIn(params))],
    ['resources/templates/list', (params) => onePage(params, { resourceTemplates: resources.templates })],
    ['resources/read', (params, ctx) => resources.read(text(params, 'uri'), ctx)],
    ['prompts/list', (params) => onePage(params, { prompts: prompts.list })],
    ['prompts/get', (params, ctx) => prompts.get(text(params, 'name'), texts(params, 'arguments') ?? {}, ctx)],
    ['completion/complete', (params, ctx) => completions.complete(completion(params), ctx)],
  ]);
}

/** What a failed method is answered with: JSON-RPC's code, a message that says what to do, and the hub error. */
export function rpcFailure(error: unknown): { code: number; message: string; data?: unknown } {
  if (error instanceof HubError) return { code: rpcCodes.server, message: error.message, data: toWire(error) };
  if (error instanceof Error && 'code' in error && Number.isSafeInteger(error.code)) {
    const data = 'data' in error ? error.data : undefined;
    return { code: Number(error.code), message: error.message, ...(data === undefined ? {} : { data }) };
  }
  const internal = new HubError(
    'internal',
    'Something went wrong in the hub; its log says what. The call may be repeated.',
  );
  return { code: rpcCodes.internal, message: internal.message, data: toWire(internal) };
}

/** A parameter that must be a non-empty text. */
export function text(params: MethodParams, name: string): string {
  const value = params[name];
  if (typeof value !== 'string' || value === '') throw invalidParams(`"${name}" must be a text`);
  if (value.length > MOST_URI_CHARACTERS) {
    throw invalidParams(`"${name}" may have at most ${MOST_URI_CHARACTERS} characters`);
  }
  return value;
}

/** The cursor of a list; an empty one counts as left out. */
function cursorIn(params: MethodParams): string | undefined {
  const { cursor } = params;
  if (cursor === undefined || cursor === null || cursor === '') return undefined;
  if (typeof cursor === 'string') return cursor;
  throw invalidParams('"cursor" must be a text');
}

/** A list that has one page and gives no cursors: whatever comes as one was made up (MCP, "Pagination"). */
function onePage<T extends object>(params: MethodParams, list: T): T {
  if (cursorIn(params) === undefined) return list;
  throw invalidParams('"cursor" is not from this list, which has one page: leave it out');
}

function texts(params: MethodParams, name: string): Record<string, string> | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (isRecord(value) && Object.values(value).every((one) => typeof one === 'string')) {
    return value as Record<string, string>; // checked above
  }
  throw invalidParams(`"${name}" must be an object of texts`);
}

function completion(params: MethodParams): CompleteRequestParams {
  const { ref, argument, context } = params;
  if (!isRecord(ref) || !isRecord(argument)) throw invalidParams('"ref" and "argument" must be objects');
  const name = text(argument, 'name');
  const { value } = argument;
  if (typeof value !== 'string') throw invalidParams('"argument.value" must be a text');
  const given = isRecord(context) ? texts(context, 'arguments') : undefined;
  const rest = { argument: { name, value }, ...(given === undefined ? {} : { context: { arguments: given } }) };
  if (ref['type'] === 'ref/prompt') return { ref: { type: 'ref/prompt', name: text(ref, 'name') }, ...rest };
  if (ref['type'] === 'ref/resource') return { ref: { type: 'ref/resource', uri: text(ref, 'uri') }, ...rest };
  throw invalidParams('"ref.type" must be "ref/prompt" or "ref/resource"');
}

function invalidParams(what: string): RpcError {
  const error = new HubError('invalid_argument', `${what}; see the method in the MCP specification.`);
  return new RpcError(rpcCodes.invalidParams, error.message, toWire(error));
}
