import type { HubError } from '../protocol/errors.ts';
import { toWire } from '../protocol/errors.ts';
import { escapeLineSeparators } from '../protocol/words/line-separators.ts';
import { CLIENT_INFO_META, type RpcId, VERSION_META } from '../protocol/json-rpc.ts';
import { isRecord } from '../protocol/is-record.ts';

/** A JSON-RPC message as far as the bridge looks at it. */
export interface RpcPart {
  readonly id?: RpcId | null | undefined;
  readonly method?: string | undefined;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly result?: Readonly<Record<string, unknown>> | undefined;
  readonly error?: unknown;
}

/** A message with its text on one line, as it is passed on. */
export interface Message {
  readonly text: string;
  /** More than one only in a batch (2025-03-26). */
  readonly parts: readonly RpcPart[];
}

/** Reads a message; undefined for a text that is no JSON object, or list of such. */
export function readMessage(text: string): Message | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parts: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (parts.length === 0 || !parts.every(isRecord)) return undefined;
  // JSON may break lines between its tokens; on stdio a line is a message.
  const line = /[\n\r]/u.test(text) ? JSON.stringify(json) : text;
  return { text: escapeLineSeparators(line), parts: parts.map(rpcOf) };
}

/** Whether a message has an id that can be answered. */
export function hasId(part: RpcPart): part is RpcPart & { readonly id: RpcId } {
  return typeof part.id === 'string' || typeof part.id === 'number';
}

/** Whether a message stands alone (2026-07-28 and later): its `_meta` names its revision. */
export function statelessVersionOf(part: RpcPart): string | undefined {
  const version = metaOf(part)?.[VERSION_META];
  return typeof version === 'string' ? version : undefined;
}

/** What the client calls itself, by `initialize` or by a stateless request; undefined where it does not say. */
export function clientNameIn(part: RpcPart): string | undefined {
  const info = part.method === 'initialize' ? part.params?.['clientInfo'] : metaOf(part)?.[CLIENT_INFO_META];
  return isRecord(info) && typeof info['name'] === 'string' ? info['name'] : undefined;
}

export function resultLine(id: RpcId, result: unknown): string {
  return escapeLineSeparators(JSON.stringify({ jsonrpc: '2.0', id, result }));
}

export function noticeLine(method: string, params?: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) });
}

/** The answer of the bridge itself to a request that fails, in JSON-RPC's form: `data` has the code. */
export function errorLine(id: RpcId | null, error: HubError, rpcCode = -32_000): string {
  const wire = toWire(error);
  return escapeLineSeparators(
    JSON.stringify({ jsonrpc: '2.0', id, error: { code: rpcCode, message: wire.message, data: wire } }),
  );
}

/**
 * The same for any method: a tool call gets a result with `isError`, which is what a model is shown.
 *
 * @param stateless whether the request is one of 2026-07-28
 */
export function failureLine(request: RpcPart & { readonly id: RpcId }, error: HubError, stateless: boolean): string {
  if (request.method !== 'tools/call') return errorLine(request.id, error);
  const wire = toWire(error);
  return resultLine(request.id, {
    ...(stateless ? { resultType: 'complete' } : {}),
    isError: true,
    content: [{ type: 'text', text: `${wire.code}: ${wire.message}` }],
    structuredContent: wire,
  });
}

function metaOf(part: RpcPart): Record<string, unknown> | undefined {
  const meta = part.params?.['_meta'];
  return isRecord(meta) ? meta : undefined;
}

function rpcOf(value: Record<string, unknown>): RpcPart {
  const { id, method, params, result, error } = value;
  return {
    ...(typeof id === 'string' || typeof id === 'number' || id === null ? { id } : {}),
    ...(typeof method === 'string' ? { method } : {}),
    ...(isRecord(params) ? { params } : {}),
    ...(isRecord(result) ? { result } : {}),
    ...(error === undefined ? {} : { error }),
  };
}
