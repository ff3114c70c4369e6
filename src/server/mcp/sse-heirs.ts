import type { Hub } from '../../hub/hub.ts';
import type { Logger } from '../../hub/logger.ts';
import type { Origin } from '../../hub/rule.ts';
import { initializeSession, subscribeSession } from '../../hub/rules/sessions.ts';
import type { SessionState } from '../../protocol/state.ts';
import type { AgentSession } from './agent-session.ts';
import type { Broadcast } from './broadcast.ts';
import type { RpcMessage } from './rpc.ts';
import type { SessionRegistry } from './session-registry.ts';

/** A client that means to start afresh sends `initialize` well within this time, in ms. */
const GREETING_MS = 1_000;

interface Heir {
  readonly from: string;
  readonly timer: unknown;
}

/**
 * Sessions that go on in another one.
 *
 * The official 1.x client reconnects `/sse` by itself, without `Last-Event-ID` and without
 * `initialize`, and believes that its subscriptions still stand. So a new session of the same key and
 * `User-Agent` as exactly one that has dropped takes over what that one was and subscribed to, unless
 * its client greets. Where several might be meant, none is: an agent must not get another's messages.
 */
export class SseHeirs {
  readonly #hub: Hub;
  readonly #registry: SessionRegistry;
  readonly #broadcast: Broadcast;
  readonly #logger: Logger;
  readonly #heirs = new WeakMap<AgentSession, Heir>();

  constructor(parts: { hub: Hub; registry: SessionRegistry; broadcast: Broadcast; logger: Logger }) {
    this.#hub = parts.hub;
    this.#registry = parts.registry;
    this.#broadcast = parts.broadcast;
    this.#logger = parts.logger;
  }

  /** A session has just been opened: looks for the one that it may be the return of. */
  opened(session: AgentSession): void {
    const userAgent = this.#hub.state.sessions.get(session.id)?.userAgent;
    const dropped = this.#registry
      .of('sse', session.keyId)
      .filter((state) => state.status === 'dropped' && state.userAgent === userAgent && state.client !== undefined);
    const [from] = dropped;
    if (!from || dropped.length > 1) return;
    const timer = this.#hub.timers.setTimeout(() => this.#inherit(session), GREETING_MS);
    this.#heirs.set(session, { from: from.id, timer });
  }

  /** Before messages of a session are handled: a greeting starts afresh, any other request shows a return. */
  heard(session: AgentSession, messages: readonly RpcMessage[]): void {
    const heir = this.#heirs.get(session);
    if (!heir) return;
    const methods = messages.flatMap((message) => (message.kind === 'request' ? message.method : []));
    if (methods.includes('initialize')) this.#forget(session, heir);
    else if (methods.some((method) => method !== 'ping')) this.#inherit(session);
  }

  #forget(session: AgentSession, heir: Heir): void {
    this.#hub.timers.clearTimeout(heir.timer);
    this.#heirs.delete(session);
  }

  #inherit(session: AgentSession): void {
    const heir = this.#heirs.get(session);
    if (!heir) return;
    this.#forget(session, heir);
    const from = this.#hub.state.sessions.get(heir.from);
    const mine = this.#hub.state.sessions.get(session.id);
    if (from?.status !== 'dropped' || !mine || mine.client) return;
    try {
      this.#take(session, from);
    } catch (error) {
      this.#logger.warn({ err: error, session: session.id }, 'a session could not take over from the one that dropped');
    }
  }

  #take(session: AgentSession, from: SessionState): void {
    const origin: Origin = { actor: { kind: 'agent', key: session.keyId, session: session.id } };
    const { client } = from;
    if (client) {
      session.protocolVersion = client.protocolVersion;
      this.#hub.commit(
        initializeSession,
        {
          sessionId: session.id,
          protocolVersion: client.protocolVersion,
          clientName: client.name,
          clientVersion: client.version,
          capabilities: [...client.capabilities],
        },
        origin,
      );
    }
    const old = this.#registry.live(from.id);
    const reason = `Its client came back as ${session.id}.`;
    for (const uri of from.subscriptions) {
      this.#broadcast.subscribe(session, uri);
      this.#hub.commit(subscribeSession, { sessionId: session.id, uri }, origin);
    }
    if (old) {
      session.logLevel = old.logLevel;
      if (old.logLevel !== undefined) this.#broadcast.setLogging(session);
      old.end(reason, 'cancelled'); // the answers to what was in flight are among what is sent again
      session.resend(old.replay.unwritten());
    }
    this.#registry
      .close(from.id, reason)
      .catch((error: unknown) => this.#logger.warn({ err: error, session: from.id }, 'a session could not be closed'));
  }
}
