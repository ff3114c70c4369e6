import type { Hub } from '../../hub/hub.ts';
import type { Logger } from '../../hub/logger.ts';
import { initializeSession, subscribeSession, unsubscribeSession } from '../../hub/rules/sessions.ts';
import { HubError } from '../../protocol/errors.ts';
import type { KeyState } from '../../protocol/state.ts';
import type { FrameRing } from '../frames/frame-ring.ts';
import { rpcCodes } from '../http-errors.ts';
import type { AgentSession } from './agent-session.ts';
import type { Broadcast } from './broadcast.ts';
import type { CallContext } from './call-context.ts';
import type { Catalogue } from './catalogue.ts';
import { LazyAbort } from './lazy-abort.ts';
import { isLogLevel, logLevels } from './log-level.ts';
import { type Method, rpcFailure, text } from './methods.ts';
import { negotiate } from './protocol-versions.ts';
import { toRpcError } from './rpc-errors.ts';
import { errorText, isRecord, resultText, RpcError, type RpcId, type RpcMessage, type RpcRequest } from './rpc.ts';
import { serverCapabilities, serverInfo, serverInstructions } from './server-info.ts';

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
    const over = session.begin(message.id, {
      abort,
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
    if (!abort.aborted || session.wire !== 'sse') {
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
        return this.#initialize(params, ctx, session);
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
        await this.#introduce(incoming, ctx);
        return known(params, ctx);
      }
    }
  }

  async #initialize(
    params: Readonly<Record<string, unknown>>,
    ctx: CallContext,
    session: AgentSession,
  ): Promise<object> {
    const client = isRecord(params['clientInfo']) ? params['clientInfo'] : {};
    const capabilities = isRecord(params['capabilities']) ? params['capabilities'] : {};
    const protocolVersion = negotiate(params['protocolVersion']);
    session.protocolVersion = protocolVersion;
    const known = this.#deps.hub.state.sessions.get(session.id)?.client;
    // A client that came back to its session may greet again: it is answered, and it is who it was.
    if (!known) {
      await this.#deps.hub.execute(
        initializeSession,
        {
          sessionId: session.id,
          protocolVersion,
          clientName: named(client['name'], 'unnamed client'),
          clientVersion: named(client['version'], ''),
          capabilities: Object.keys(capabilities),
        },
        ctx.origin,
      );
    }
    return { protocolVersion, capabilities: serverCapabilities, serverInfo, instructions: serverInstructions };
  }

  /**
   * A client whose stream dropped may open a new one and go on without `initialize`, as the official
   * one does: it is served, and the desk shows it by what it says of itself in its headers.
   */
  async #introduce({ session, userAgent }: Incoming, ctx: CallContext): Promise<void> {
    if (this.#deps.hub.state.sessions.get(session.id)?.status !== 'opening') return;
    await this.#deps.hub.execute(
      initializeSession,
      {
        sessionId: session.id,
        protocolVersion: session.protocolVersion,
        clientName: userAgent ?? 'unnamed client',
        clientVersion: '',
        capabilities: [],
      },
      ctx.origin,
    );
  }

  async #subscribe(uri: string, ctx: CallContext, session: AgentSession): Promise<object> {
    const allowed = this.#deps.catalogue.canSubscribe(uri, ctx);
    if (allowed instanceof HubError) throw toRpcError(allowed, uri);
    // Told from here on, even if the write below takes a moment: an event twice is better than none.
    this.#deps.broadcast.subscribe(session, allowed.uri);
    await this.#deps.hub.execute(subscribeSession, { sessionId: session.id, uri: allowed.uri }, ctx.origin);
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

/** How a message is called in a frame. */
export function described(message: RpcMessage): {
  kind: 'request' | 'notification' | 'response';
  label: string;
  rpcId?: RpcId;
  detail?: string;
} {
  if (message.kind === 'reply') return { kind: 'response', label: 'ping', rpcId: message.id };
  const { method, params } = message;
  const detail = params['name'] ?? params['uri'];
  return {
    kind: message.kind,
    label: method,
    ...(message.kind === 'request' ? { rpcId: message.id } : {}),
    ...(typeof detail === 'string' ? { detail } : {}),
  };
}

/** The hub's code of a tool's refusal; `undefined` for anything that went well. */
export function toolErrorCode(result: object): string | undefined {
  if (!('isError' in result) || result.isError !== true || !('structuredContent' in result)) return undefined;
  const { structuredContent } = result;
  return isRecord(structuredContent) && typeof structuredContent['code'] === 'string'
    ? structuredContent['code']
    : 'internal';
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

function named(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : otherwise;
}

function isRpcId(value: unknown): value is RpcId {
  return typeof value === 'string' || typeof value === 'number';
}
