import type { IncomingMessage, ServerResponse } from 'node:http';
import { logDenied } from '../../../hub/access/reach.ts';
import type { Hub } from '../../../hub/hub.ts';
import type { Logger } from '../../../hub/logger.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { KeyState } from '../../../protocol/state.ts';
import type { InUse } from '../../in-use.ts';
import { authenticateRequest } from '../../http/auth.ts';
import { readBody } from '../../http/body.ts';
import type { RateLimit } from '../../http/rate-limit.ts';
import type { RefusedConnections } from '../../http/refused-connections.ts';
import type { UnreadAnswers } from '../../http/unread-answers.ts';
import { isJson } from '../../http/media-type.ts';
import type { ExchangeTap, TapRecorder } from '../../taps/exchange-tap.ts';
import { keyOwner } from '../../taps/key-owner.ts';
import { challenge, errorBody, sendJson, statusOf } from '../../http/http-errors.ts';
import { parseBody, refusalText, type RpcProblem } from '../rpc/rpc.ts';
import { rpcCodes, type RpcId } from '../../../protocol/json-rpc.ts';
import type { Wire } from '../../../protocol/wire-names.ts';

/** Longest id of a session that is logged, in characters: a caller may send anything. */
const MAX_SESSION_ID = 100;

/** What every wire's HTTP side stands on. */
export interface EdgeDeps {
  readonly hub: Hub;
  readonly recorder: TapRecorder;
  readonly logger: Logger;
  /** Largest body of a message, in bytes. */
  readonly bodyCapBytes: number;
  /** How long a message's body may take to arrive, in ms. */
  readonly bodyTimeoutMs: number;
  /** Bytes that may wait for a slow reader. */
  readonly streamQueueBytes: number;
  readonly unreadAnswers: UnreadAnswers;
  readonly inUse: InUse;
  /** Requests per second of a key, if they are limited. */
  readonly rateLimit: RateLimit | undefined;
  readonly refused: RefusedConnections;
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
  /** Where the client reaches the hub, such as `https://hub.example`. */
  readonly address: string | undefined;
  /** Where a client without a good key reads how to log in; absent at the addresses that take keys alone. */
  readonly loginAt?: string | undefined;
  readonly tap: ExchangeTap;
}

/**
 * The key of a request; `undefined` where the key is not valid or sends too many requests; the refusal has been sent.
 */
export function authenticated(deps: EdgeDeps, exchange: Exchange, wire: Wire): KeyState | undefined {
  const key = authenticateRequest(deps.hub, exchange.request, exchange.response);
  exchange.tap.wire = wire;
  if (!(key instanceof HubError)) exchange.tap.owner = keyOwner(key);
  const refusal = key instanceof HubError ? withLogin(key, exchange) : deps.rateLimit?.take(key.id);
  if (!(key instanceof HubError) && !refusal) return key;
  if (refusal) refuse(deps, exchange, wire, refusal);
  return undefined;
}

/** The refusal of a key, with how to get a good one where clients log in. */
function withLogin(error: HubError, { loginAt, request }: Exchange): HubError {
  if (loginAt === undefined || statusOf(error.code) !== 401) return error;
  const how = 'with your client (its login or auth command), and the person at the desk lets it in.';
  const isFirst = request.headers.authorization === undefined;
  return new HubError(error.code, isFirst ? `Log in ${how}` : `${error.message} Or log in again ${how}`);
}

/** The text and JSON of a POST's body; `undefined` for a body of another type, over the cap or unreadable: that has been refused. */
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
  const { 'content-encoding': encoding } = request.headers;
  if (encoding !== undefined && !/^(?:identity)?$/iu.test(encoding.trim())) {
    const what = 'A compressed body is not read here: send the message without Content-Encoding.';
    refuse(deps, exchange, wire, new HubError('unsupported_media_type', what));
    return undefined;
  }
  exchange.tap.isBodyRead = true;
  const text = await readBody(request, {
    capBytes: deps.bodyCapBytes,
    timeoutMs: deps.bodyTimeoutMs,
    timers: deps.hub.timers,
    onUnreadable: (bytes) => exchange.tap.tookBody(bytes),
  });
  if (text instanceof HubError) {
    refuse(deps, exchange, wire, text);
    return undefined;
  }
  exchange.tap.tookBody(text);
  const parsed = parseBody(text);
  if (parsed.kind === 'problem') {
    refuseProblem(deps, exchange, wire, parsed);
    return undefined;
  }
  return { text, json: parsed.json };
}

/** The error that is sent instead of an answer for which the key's connections have no room. */
export function unreadRefusal(id: RpcId): string {
  const what =
    'The answer was not sent: too many answers wait unread on connections of this key. Read them or close those connections, then look whether the call took effect, and ask again.';
  return refusalText(id, new HubError('slow_reader', what));
}

/** Answers with a hub error in a JSON-RPC error. */
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

/** Refuses a request whose `Accept` takes nothing that could answer it: 406 (RFC 9110, section 15.5.7). */
export function refuseAccept(deps: EdgeDeps, exchange: Exchange, wire: Wire, what: string, sessionId?: string): void {
  const error = new HubError('bad_request', what);
  answerWith(deps, exchange, wire, error, rpcCodes.server, null, sessionId, {}, 406);
}

/** Answers a request that its address takes from nobody, such as `POST /sse`: there is no message to answer in JSON-RPC. */
export function refuseHead(
  deps: EdgeDeps,
  exchange: Exchange,
  wire: Wire,
  { status, what, allow }: { readonly status: 405 | 406; readonly what: string; readonly allow?: string },
): void {
  const error = new HubError('bad_request', what);
  const { tap } = exchange;
  tap.wire = wire;
  tap.code = error.code;
  deps.refused.note(exchange.request, error, { status, frameId: tap.id });
  sendJson(exchange.response, status, errorBody(error), allow === undefined ? {} : { Allow: allow });
}

/** Answers a body that is not a JSON-RPC message. */
export function refuseProblem(
  deps: EdgeDeps,
  exchange: Exchange,
  wire: Wire,
  { error, rpcCode, id }: RpcProblem,
  sessionId?: string,
): void {
  answerWith(deps, exchange, wire, error, rpcCode, id, sessionId, {});
}

/** Refuses a request for a session that is none of the key's; see {@link sessionDenied}. */
export async function refuseSession(
  deps: EdgeDeps,
  exchange: Exchange,
  wire: Wire,
  error: HubError,
  key: KeyState,
  sessionId: string,
): Promise<void> {
  const status = statusOf(error.code);
  exchange.tap.wire = wire;
  exchange.tap.code = error.code;
  deps.refused.note(exchange.request, error, { status, frameId: exchange.tap.id });
  await sessionDenied(deps, key, sessionId, error, exchange.tap.id);
  sendJson(exchange.response, status, refusalText(null, error));
}

/**
 * Logs that a key asked for a session that was never its own, whether another key has it or nobody ever had.
 * @param cause the frame of that request
 */
export async function sessionDenied(
  { hub }: EdgeDeps,
  key: KeyState,
  sessionId: string,
  error: HubError,
  cause: string,
): Promise<void> {
  const own = hub.state.sessions.get(sessionId)?.keyId ?? (await hub.audit.pastSession(sessionId))?.keyId;
  if (own === key.id) return;
  const origin = { actor: { kind: 'agent', key: key.id }, cause } as const;
  logDenied(
    hub,
    { origin, what: 'a session that is none of its own', sessionId: sessionId.slice(0, MAX_SESSION_ID) },
    error,
    {},
  );
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
  status = statusOf(error.code),
): void {
  const { tap } = exchange;
  tap.wire = wire;
  tap.code = error.code;
  if (sessionId === undefined) deps.refused.note(exchange.request, error, { status, frameId: tap.id });
  sendJson(exchange.response, status, refusalText(id, error, rpcCode), {
    ...challenge(error, exchange.loginAt),
    ...headers,
  });
}
