import type { Hub } from '../../../hub/hub.ts';
import type { Logger } from '../../../hub/logger.ts';
import { subscribeSession, unsubscribeSession } from '../../../hub/rules/sessions.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { KeyState } from '../../../protocol/state.ts';
import type { ExchangeTap, OutFrame, TapRecorder } from '../../taps/exchange-tap.ts';
import type { InUse } from '../../in-use.ts';
import type { AgentSession } from '../sessions/agent-session.ts';
import type { Broadcast } from '../sessions/broadcast.ts';
import type { CallContext } from '../catalogue/call/call-context.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { inFrame, outFrame } from '../rpc/message-frames.ts';
import { toolErrorCode } from '../rpc/tool-messages.ts';
import { initialize, initializeUnasked, isUninitialized } from './handshake.ts';
import { isLogLevel, logLevels } from '../rpc/log-level.ts';
import { type Method, rpcFailure, text } from '../catalogue/methods.ts';
import { toRpcError } from '../rpc/agent-error.ts';
import { errorText, resultText, RpcError, type RpcMessage, type RpcRequest } from '../rpc/rpc.ts';
import type { AnswerRoom } from '../replay/answer-room.ts';
import type { KeepAlive } from '../stream/keep-alive.ts';
import type { Replayer } from '../sessions/replayer.ts';
import type { EdgeDeps, Exchange } from './edge.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import { messageWorkspace } from './message-workspace.ts';
import { SessionRequest } from '../sessions/session-request.ts';
import { isRpcId, rpcCodes } from '../../../protocol/json-rpc.ts';

export interface DispatcherDeps {
  readonly hub: Hub;
  readonly recorder: TapRecorder;
  readonly catalogue: Catalogue;
  readonly methods: ReadonlyMap<string, Method>;
  readonly broadcast: Broadcast;
  readonly logger: Logger;
  readonly registry: SessionRegistry;
  readonly inUse: InUse;
}

/** What the wires with sessions are made of. */
export interface SessionWireDeps extends EdgeDeps {
  readonly registry: SessionRegistry;
  readonly dispatcher: Dispatcher;
  readonly replayer: Replayer;
  readonly keepAlive: KeepAlive;
  readonly answerRoom: AnswerRoom;
}

/** The messages of one POST, each with its text. */
export interface PostedMessages extends Pick<Incoming, 'session' | 'key'> {
  readonly exchange: Exchange;
  readonly messages: readonly RpcMessage[];
  readonly texts: readonly string[];
}

/** One message that came in, and how to answer it. */
export interface Incoming {
  readonly session: AgentSession;
  readonly key: KeyState;
  readonly message: RpcMessage;
  /** The message's text, for the frame. */
  readonly body: string;
  /** The exchange that brought it. */
  readonly tap: ExchangeTap;
  /** Elapsed ms at which it came. */
  readonly arrivedAt: number;
  readonly userAgent: string | undefined;
  /** The secret (by its hash) that it came with, on a wire whose answers go to another request's stream. */
  readonly secret?: string | undefined;
  /** The agent that its request names, for a session that has none yet. */
  readonly name?: string | undefined;
  /** Sends the answer's text. Called exactly once for a request, never for anything else. */
  readonly answer: (json: string, frame: OutFrame) => void;
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

  /** Handles the messages of a POST, in order. @param replies how each is answered */
  handleAll(
    { session, key, exchange, messages, texts }: PostedMessages,
    replies: (message: RpcMessage) => Pick<Incoming, 'answer' | 'notify' | 'secret' | 'name'>,
  ): void {
    const { tap, arrivedAt, request } = exchange;
    const userAgent = request.headers['user-agent'];
    for (const [index, message] of messages.entries()) {
      const body = texts[index] ?? '';
      this.handle({ session, key, message, body, tap, arrivedAt, userAgent, ...replies(message) });
    }
  }

  /** Handles one message; a request is answered later. Never throws. */
  handle(incoming: Incoming): void {
    const { session, key, message, body, tap } = incoming;
    const sizeBytes = Buffer.byteLength(body);
    session.countIn(sizeBytes);
    const { hub, recorder } = this.#deps;
    const n = recorder.record({
      ...inFrame(message),
      workspace: messageWorkspace(hub.state, key, message),
      direction: 'in',
      party: session.actor,
      wire: session.wire,
      exchange: tap.n,
      body: { form: 'text', text: body },
    });
    const cause = recorder.idOf(n);
    switch (message.kind) {
      case 'reply':
        session.questions.answered(message); // what answers a ping is nobody's
        return;
      case 'notification':
        if (message.method === 'notifications/cancelled') this.#cancel(session, message.params['requestId']);
        return;
      case 'request':
        void this.#request(incoming, message, cause);
        return;
      default:
        message satisfies never;
    }
  }

  async #request(incoming: Incoming, message: RpcRequest, cause: string): Promise<void> {
    const { session, key, secret, answer, notify } = incoming;
    const { hub, logger } = this.#deps;
    let json: string;
    let errorCode: string | number | undefined;
    const request = new SessionRequest(message, { session, key, cause, since: hub.now(), secret, answer, notify });
    const release = this.#deps.inUse.calls.take(key.id);
    session.begin(request);
    try {
      if (release instanceof HubError) throw toRpcError(release);
      const result = await this.#result(message, request, incoming);
      errorCode = toolErrorCode(result);
      json = resultText(message.id, result);
    } catch (error) {
      const failure = rpcFailure(error);
      if (failure.code === rpcCodes.internal)
        logger.error({ err: error, method: message.method, cause }, 'a method failed');
      errorCode = failure.code;
      json = errorText(message.id, failure.code, failure.message, failure.data);
    } finally {
      session.finish(request);
      if (!(release instanceof HubError)) release();
    }
    // A cancelled request is not answered (MCP, "Cancellation"), but its POST must be on Streamable HTTP.
    // A request that was in flight when its session ended has been answered by then.
    if (!session.ended && (!request.abort.aborted || session.wire !== 'sse')) {
      session.countOut(Buffer.byteLength(json));
      answer(json, {
        ...outFrame(message, { code: errorCode, cause, latencyMs: hub.timers.elapsed() - incoming.arrivedAt }),
        workspace: messageWorkspace(hub.state, key, message),
      });
    }
    if (request.refusal) this.#deps.registry.endForViolation(session, request.refusal);
  }

  #result(message: RpcRequest, ctx: SessionRequest, incoming: Incoming): object | Promise<object> {
    const { method, params } = message;
    const { session } = incoming;
    switch (method) {
      case 'initialize':
        return initialize(this.#deps.hub, this.#deps.registry, session, params, {
          name: incoming.name,
          origin: ctx.origin,
        });
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
        if (!isUninitialized(this.#deps.hub, session)) return known(params, ctx);
        return initializeUnasked(this.#deps.registry, session, incoming, ctx.origin).then(() => {
          ctx.namedAs(session.actor);
          return known(params, ctx);
        });
      }
    }
  }

  async #subscribe(uri: string, ctx: CallContext, session: AgentSession): Promise<object> {
    const allowed = this.#deps.catalogue.resources.canSubscribe(uri, ctx);
    if (allowed instanceof HubError) throw toRpcError(allowed, uri);
    const { hub, broadcast } = this.#deps;
    const had = hub.state.sessions.get(session.id)?.subscriptions.includes(allowed.uri) === true;
    // Before that is logged, so that nothing is missed meanwhile.
    broadcast.subscribe(session, allowed.uri);
    try {
      await hub.execute(subscribeSession, { sessionId: session.id, uris: [allowed.uri] }, ctx.origin);
    } catch (error) {
      if (!had) broadcast.unsubscribe(session, allowed.uri);
      throw error;
    }
    return {};
  }

  async #unsubscribe(uri: string, ctx: CallContext, session: AgentSession): Promise<object> {
    const canonical = this.#deps.catalogue.resources.canonicalUri(uri, ctx);
    await this.#deps.hub.execute(unsubscribeSession, { sessionId: session.id, uris: [canonical] }, ctx.origin);
    // Only after that: where it is refused, the subscription stands.
    this.#deps.broadcast.unsubscribe(session, canonical);
    return {};
  }

  #cancel(session: AgentSession, id: unknown): void {
    if (isRpcId(id)) session.cancel(id);
  }
}
