import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Hub } from '../../../hub/hub.ts';
import type { Logger } from '../../../hub/logger.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { Wire } from '../../../protocol/events/sessions.ts';
import type { KeyState } from '../../../protocol/state.ts';
import { authenticateRequest } from '../../http/auth.ts';
import { isJson, readBody } from '../../http/body.ts';
import type { FrameInput } from '../../frames/frame-entry.ts';
import type { FrameRing } from '../../frames/frame-ring.ts';
import { challenge, rpcCodes, rpcErrorBody, sendJson, statusOf } from '../../http/http-errors.ts';
import { parseBody, type RpcProblem } from '../rpc/rpc.ts';

/** What every wire's HTTP side stands on. */
export interface EdgeDeps {
  readonly hub: Hub;
  readonly frames: FrameRing;
  readonly logger: Logger;
  /** Largest body of a message, in bytes. */
  readonly bodyCapBytes: number;
  /** How long a message's body may take to arrive, in ms. */
  readonly bodyTimeoutMs: number;
  /** Bytes that may wait for a slow reader. */
  readonly streamQueueBytes: number;
}

/** An HTTP request on its way through a wire. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  /** What follows the `?`. */
  readonly query: string;
  /** Elapsed ms at which it came. */
  readonly arrivedAt: number;
}

/** Whose key it is; when it is nobody's, the refusal has been sent and the answer is `undefined`. */
export function authenticated(deps: EdgeDeps, exchange: Exchange, wire: Wire): KeyState | undefined {
  const key = authenticateRequest(deps.hub, exchange.request);
  if (!(key instanceof HubError)) return key;
  refuse(deps, exchange, wire, key);
  return undefined;
}

/**
 * The JSON of a POST's body, and its text. A body of another type, over the cap or unreadable has been
 * refused when the answer is `undefined`.
 */
export async function receivedJson(
  deps: EdgeDeps,
  exchange: Exchange,
  wire: Wire,
): Promise<{ readonly text: string; readonly json: unknown } | undefined> {
  const { request } = exchange;
  if (!isJson(request.headers['content-type'])) {
    refuse(
      deps,
      exchange,
      wire,
      new HubError('unsupported_media_type', 'Send the message as "Content-Type: application/json".'),
    );
    return undefined;
  }
  const text = await readBody(request, {
    capBytes: deps.bodyCapBytes,
    timeoutMs: deps.bodyTimeoutMs,
    timers: deps.hub.timers,
  });
  if (text instanceof HubError) {
    refuse(deps, exchange, wire, text);
    return undefined;
  }
  const parsed = parseBody(text);
  if (parsed.kind === 'problem') {
    refuseProblem(deps, exchange, wire, parsed);
    return undefined;
  }
  return { text, json: parsed.json };
}

/** Answers with a hub error in a JSON-RPC error, and keeps the exchange as a frame. */
export function refuse(
  deps: EdgeDeps,
  exchange: Exchange,
  wire: Wire,
  error: HubError,
  sessionId?: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  answerWith(deps, exchange, wire, error, rpcCodes.server, null, sessionId, headers);
}

/** Answers a message that is none, with JSON-RPC's own code. */
export function refuseProblem(
  deps: EdgeDeps,
  exchange: Exchange,
  wire: Wire,
  { error, rpcCode, id }: RpcProblem,
  sessionId?: string,
): void {
  answerWith(deps, exchange, wire, error, rpcCode, id, sessionId, {});
}

/** Keeps the head of an HTTP exchange as a frame; answers its id. */
export function recordHead(
  deps: EdgeDeps,
  { request, path }: Exchange,
  wire: Wire,
  status: number,
  sessionId: string | undefined,
  errorCode?: string,
): string {
  const frame: FrameInput = {
    sessionId,
    wire,
    direction: 'in',
    kind: 'http',
    label: `${request.method ?? ''} ${path}`,
    status,
    errorCode,
    sizeBytes: Number(request.headers['content-length'] ?? 0),
  };
  return deps.frames.record(frame, request.rawHeaders);
}

function answerWith(
  deps: EdgeDeps,
  exchange: Exchange,
  wire: Wire,
  error: HubError,
  rpcCode: number,
  id: string | number | null,
  sessionId: string | undefined,
  headers: Readonly<Record<string, string>>,
): void {
  const status = statusOf(error.code);
  recordHead(deps, exchange, wire, status, sessionId, error.code);
  sendJson(exchange.response, status, rpcErrorBody(error, rpcCode, id), { ...challenge(error), ...headers });
}
