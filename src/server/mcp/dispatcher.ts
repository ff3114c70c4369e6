import type { Hub } from '../../hub/hub.ts';
import type { Logger } from '../../hub/logger.ts';
import { subscribeSession, unsubscribeSession } from '../../hub/rules/sessions.ts';
import { HubError } from '../../protocol/errors.ts';
import type { KeyState } from '../../protocol/state.ts';
import type { FrameRing } from '../frames/frame-ring.ts';
import { rpcCodes } from '../http-errors.ts';
import type { AgentSession } from './agent-session.ts';
import type { Broadcast } from './broadcast.ts';
import type { CallContext } from './call-context.ts';
import type { Catalogue } from './catalogue.ts';
import { described, toolErrorCode } from './described.ts';
import { greet, introduce } from './handshake.ts';
import { LazyAbort } from './lazy-abort.ts';
import { isLogLevel, logLevels } from './log-level.ts';
import { type Method, rpcFailure, text } from './methods.ts';
import { toRpcError } from './rpc-errors.ts';
import { errorText, isRecord, resultText, RpcError, type RpcId, type RpcMessage, type RpcRequest } from './rpc.ts';

export interface DispatcherDeps {
  readonly hub: Hub;
  readonly frames: FrameRing;
  readonly catalogue: Catalogue;
  readonly methods: ReadonlyMap<string, Method>;
  readonly broadcast: Broadcast;
  readonly logger: Logger;
  /** Ends a session whose key reached outside its workspaces. */
  readonly endSession: (session: AgentSession, reason: string) => Promise<void>;
}

/** One message that came in, and how to answer it. */
export interface Incoming {
  readonly session: AgentSession;
  readonly key: KeyState;
  readonly message: RpcMessage;
  /** The message's text, for the frame. */
  readonly body: string;
  /** Elapsed ms at which it came. */
  readonly arrivedAt: number;
  readonly userAgent: string | undefined;
  /** Sends the answer's text. Called exactly once for a request, never for anything else. */
  readonly answer: (json: string) => void;
  /** Sends a notification that belongs to this request (progress). */
  readonly notify: (json: string) => void;
}

/**
 * Takes the JSON-RPC messages of the wires that have sessions (revisions up to 2025-11-25) to the
 * methods that all wires share, and their answers back.
 *
 * It stands where the SDK's `Server` would: one of those for each of two thousand idle agents would
 * cost more memory than the agents' sockets, and each message would be parsed by schemas twice.
 */
export class Dispatcher {
  readonly #deps: DispatcherDeps;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** Handles one message; resolves when it has been answered. Never rejects. */
  async handle(incoming: Incoming): Promise<void> {
    const { session, message, body } = incoming;
    session.countIn(Buffer.byteLength(body));
    const cause = this.#deps.frames.record({
      sessionId: session.id,
      wire: session.wire,
      direction: 'in',
      ...described(message),
      sizeBytes: Buffer.byteLength(body),
      body,
    });
    switch (message.kind) {
      case 'reply':
        return; // the answer to a ping; that it came is all there is to know
      case 'notification':
        if (message.method === 'notifications/cancelled') this.#cancel(session, message.params['requestId']);
        return;
      case 'request':
        return this.#request(incoming, message, cause);
      default:
        message satisfies never;
    }
  }

  async #request(incoming: Incoming, message: RpcRequest, cause: string): Promise<void> {
    const { session } = incoming;
    const { hub, logger } = this.#deps;
    let refusal: HubError | undefined;
    let json: string;
    let errorCode: string | number | undefined;
    const abort = new LazyAbort();
    const over = session.begin({
      id: message.id,
      abort,
      answer: incoming.answer,
      method: message.method,
      tool: message.method === 'tools/call' ? String(message.params['name']) : undefined,
      since: hub.now(),
      cause,
    });
    try {
      const ctx = this.#context(incoming, message, cause, abort, (error) => (refusal = error));
      const result = await this.#result(message, ctx, incoming);
      errorCode = toolErrorCode(result);
      json = resultText(message.id, result);
    } catch (error) {
      const failure = rpcFailure(error);
      if (failure.code === rpcCodes.internal)
        logger.error({ err: error, method: message.method, cause }, 'a method failed');
      errorCode = failure.code;
      json = errorText(message.id, failure.code, failure.message, failure.data);
    } finally {
      over();
    }
    // A cancelled request is not answered (MCP, "Cancellation"); on Streamable HTTP its POST still must be.
    // One that was in flight when its session ended has been.
    if (!session.ended && (!abort.aborted || session.wire !== 'sse')) {
      this.#recordAnswer(incoming, message, cause, json, errorCode);
      incoming.answer(json);
    }
    if (refusal) await this.#deps.endSession(session, refusal.message);
  }

  async #result(message: RpcRequest, ctx: CallContext, incoming: Incoming): Promise<object> {
    const { method, params } = message;
    const { session } = incoming;
    switch (method) {
      case 'initialize':
        return greet(this.#deps.hub, session, params, ctx.origin);
      case 'ping':
        return {};
      case 'logging/setLevel': {
        const level = params['level'];
        if (!isLogLevel(level)) {
          throw new RpcError(rpcCodes.invalidParams, `"level" must be one of ${logLevels.join(', ')}.`);
        }
        session.logLevel = level;
        this.#deps.broadcast.setLogging(session);
        return {};
      }
      case 'resources/subscribe':
        return this.#subscribe(text(params, 'uri'), ctx, session);
      case 'resources/unsubscribe':
        return this.#unsubscribe(text(params, 'uri'), ctx, session);
      default: {
        const known = this.#deps.methods.get(method);
        if (!known) {
          throw new RpcError(
            rpcCodes.methodNotFound,
            `There is no method ${JSON.stringify(method)} in this revision of MCP; tools are called with "tools/call".`,
          );
        }
        await introduce(this.#deps.hub, session, incoming.userAgent, ctx.origin);
        return known(params, ctx);
      }
    }
  }

  async #subscribe(uri: string, ctx: CallContext, session: AgentSession): Promise<object> {
    const allowed = this.#deps.catalogue.canSubscribe(uri, ctx);
    if (allowed instanceof HubError) throw toRpcError(allowed, uri);
    const { hub, broadcast } = this.#deps;
    const had = hub.state.sessions.get(session.id)?.subscriptions.includes(allowed.uri) === true;
    // Before it is written down: what happens meanwhile is told.
    broadcast.subscribe(session, allowed.uri);
    try {
      await hub.execute(subscribeSession, { sessionId: session.id, uri: allowed.uri }, ctx.origin);
    } catch (error) {
      if (!had) broadcast.unsubscribe(session, allowed.uri);
      throw error;
    }
    return {};
  }

  async #unsubscribe(uri: string, ctx: CallContext, session: AgentSession): Promise<object> {
    const allowed = this.#deps.catalogue.canSubscribe(uri, ctx);
    const canonical = allowed instanceof HubError ? uri : allowed.uri;
    this.#deps.broadcast.unsubscribe(session, canonical);
    await this.#deps.hub.execute(unsubscribeSession, { sessionId: session.id, uri: canonical }, ctx.origin);
    return {};
  }

  #context(
    { session, key, notify }: Incoming,
    message: RpcRequest,
    cause: string,
    abort: LazyAbort,
    endConnection: (refusal: HubError) => void,
  ): CallContext {
    const meta = message.params['_meta'];
    const token = isRecord(meta) ? meta['progressToken'] : undefined;
    return {
      origin: { actor: { kind: 'agent', key: key.id, session: session.id }, cause },
      key,
      sessionId: session.id,
      wire: session.wire,
      protocolVersion: session.protocolVersion,
      get signal() {
        return abort.signal;
      },
      endConnection,
      ...(isRpcId(token) ? { progress: progressOf(token, notify) } : {}),
    };
  }

  #cancel(session: AgentSession, id: unknown): void {
    if (isRpcId(id)) session.cancel(id);
  }

  #recordAnswer(
    { session, arrivedAt }: Incoming,
    request: RpcRequest,
    replyTo: string,
    json: string,
    errorCode: string | number | undefined,
  ): void {
    const sizeBytes = Buffer.byteLength(json);
    session.countOut(sizeBytes);
    this.#deps.frames.record({
      sessionId: session.id,
      wire: session.wire,
      direction: 'out',
      ...described(request),
      kind: typeof errorCode === 'number' ? 'error' : 'response',
      ...(errorCode === undefined ? {} : { errorCode }),
      sizeBytes,
      latencyMs: this.#deps.hub.timers.elapsed() - arrivedAt,
      replyTo,
      body: json,
    });
  }
}

/** `notifications/progress` for a token; `total` is 1, as `progress` is a fraction. */
function progressOf(token: RpcId, notify: (json: string) => void): (fraction: number, message?: string) => void {
  return (progress, message) =>
    notify(
      JSON.stringify({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: token, progress, total: 1, ...(message === undefined ? {} : { message }) },
      }),
    );
}

function isRpcId(value: unknown): value is RpcId {
  return typeof value === 'string' || typeof value === 'number';
}
