import type { Hub } from '../../../../hub/hub.ts';
import type { Logger } from '../../../../hub/logger.ts';
import { initializeSession, subscribeSession } from '../../../../hub/rules/sessions.ts';
import type { SessionState } from '../../../../protocol/state.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import type { Broadcast } from '../../sessions/broadcast.ts';
import { ReplayWriter } from '../../sessions/replayer.ts';
import { isOfAgent } from '../../requests/agent-name.ts';
import type { RpcMessage } from '../../rpc/rpc.ts';
import type { SessionRegistry } from '../../sessions/session-registry.ts';

/** A new client sends `initialize` well within this time, in ms. */
const INITIALIZE_MS = 1_000;

/**
 * A new session takes over a dropped one whose client came back and cannot name it.
 *
 * Older clients reconnect `/sse` by themselves, without `Last-Event-ID`, `initialize` or a header that
 * tells them from new ones, and rely on their subscriptions. So a new session whose client sends no
 * `initialize` takes over client, subscriptions and unread messages of the dropped session with the same
 * key, `User-Agent` and name of the agent, where that is given. Where there are several, it gets the subscriptions of all and nothing else: more
 * notifications for the same key do no harm, but another session's answers could be taken for its own.
 */
export class SessionTakeover {
  readonly #hub: Hub;
  readonly #registry: SessionRegistry;
  readonly #broadcast: Broadcast;
  readonly #logger: Logger;
  /** New sessions that may take over, each with the timer after which it does. */
  readonly #pending = new WeakMap<AgentSession, { readonly timer: unknown }>();
  /** Ids of sessions that are being taken over. */
  readonly #taken = new Set<string>();

  constructor(parts: { hub: Hub; registry: SessionRegistry; broadcast: Broadcast; logger: Logger }) {
    this.#hub = parts.hub;
    this.#registry = parts.registry;
    this.#broadcast = parts.broadcast;
    this.#logger = parts.logger;
  }

  /** A session has just been opened: unless its client sends `initialize`, it may take over another. */
  onOpened(session: AgentSession): void {
    if (this.#candidates(session).length === 0) return;
    const timer = this.#hub.timers.setTimeout(() => this.#decide(session), INITIALIZE_MS);
    this.#pending.set(session, { timer });
  }

  /** A session was opened for a client that had one before and did not name it ({@link SessionReturn}). */
  onUnnamed(session: AgentSession): void {
    this.#orWarn(session, () => this.#shareSubscriptions(session, this.#candidates(session)));
  }

  /** Call before messages of a session are handled: `initialize` begins a new one, other requests show a return. */
  onMessages(session: AgentSession, messages: readonly RpcMessage[]): void {
    const pending = this.#pending.get(session);
    if (!pending) return;
    const methods = messages.flatMap((message) => (message.kind === 'request' ? message.method : []));
    if (methods.includes('initialize')) this.#forget(session, pending.timer);
    else if (methods.some((method) => method !== 'ping')) this.#decide(session);
  }

  #forget(session: AgentSession, timer: unknown): void {
    this.#hub.timers.clearTimeout(timer);
    this.#pending.delete(session);
  }

  /** Dropped sessions that a client may come back to: those with something to take over, or else the only one. */
  #candidates(session: AgentSession): readonly SessionState[] {
    const { userAgent, agent, named, given = agent } = this.#hub.state.sessions.get(session.id) ?? {};
    const dropped = this.#registry
      .of('sse', session.keyId)
      .filter((state) => isOfAgent(state, named ? given : undefined))
      .filter((state) => state.status === 'dropped' && state.userAgent === userAgent && state.client !== undefined)
      .filter(({ id }) => !this.#taken.has(id) && this.#registry.live(id)?.onlyLooked !== true);
    const worthwhile = dropped.filter(({ id, subscriptions }) => {
      const live = this.#registry.live(id);
      return subscriptions.length > 0 || live?.busy === true || (live?.replay.unread().length ?? 0) > 0;
    });
    if (worthwhile.length > 0) return worthwhile;
    return dropped.length === 1 ? dropped : [];
  }

  #decide(session: AgentSession): void {
    const pending = this.#pending.get(session);
    if (!pending) return;
    this.#forget(session, pending.timer);
    if (!session.stream) return; // it dropped as well: its client's next session takes over
    const state = this.#hub.state.sessions.get(session.id);
    if (!state || state.client) return;
    const candidates = this.#candidates(session);
    const [from] = candidates;
    this.#orWarn(session, () => {
      if (from && candidates.length === 1) this.#takeOver(session, from);
      else this.#shareSubscriptions(session, candidates);
    });
  }

  #shareSubscriptions(session: AgentSession, candidates: readonly SessionState[]): void {
    for (const uri of new Set(candidates.flatMap(({ subscriptions }) => subscriptions))) this.#subscribe(session, uri);
  }

  #subscribe(session: AgentSession, uri: string): void {
    const { durable } = this.#hub.commit(
      subscribeSession,
      { sessionId: session.id, uris: [uri] },
      { actor: session.actor },
    );
    this.#broadcast.subscribe(session, uri);
    durable.catch(() => {
      // The disk lost it, and so has the state; one that was made anew meanwhile is there again.
      const subscriptions = this.#hub.state.sessions.get(session.id)?.subscriptions ?? [];
      if (!subscriptions.includes(uri)) this.#broadcast.unsubscribe(session, uri);
    });
  }

  #orWarn(session: AgentSession, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#logger.warn({ err: error, session: session.id }, 'a session could not take over from one that dropped');
    }
  }

  #takeOver(session: AgentSession, from: SessionState): void {
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
          takesOver: from.id,
        },
        { actor: session.actor },
      );
      session.named(this.#hub.state.sessions.get(session.id)?.agent);
    }
    for (const uri of from.subscriptions) this.#subscribe(session, uri);
    const old = this.#registry.live(from.id);
    if (old) {
      session.logLevel = old.logLevel;
      if (old.logLevel !== undefined) this.#broadcast.setLogging(session);
    }
    this.#taken.add(from.id);
    this.#moveUnread(session, from.id, old)
      .catch((error: unknown) => this.#logger.warn({ err: error, session: from.id }, 'a session could not be closed'))
      .finally(() => this.#taken.delete(from.id));
  }

  /** Sends the unread messages of the old session, and then closes it. */
  async #moveUnread(session: AgentSession, oldId: string, old: AgentSession | undefined): Promise<void> {
    const reason = `Its client came back as ${session.id}.`;
    const { stream } = session;
    if (old && stream) {
      const writer = new ReplayWriter(old, stream);
      await writer.writeAll(old.replay.unread());
      if (stream.open) {
        old.end(reason, 'cancelled'); // answers requests in flight; notifications go to the new session by now
        await writer.writeAll(old.replay.unread().filter(({ shared }) => !shared));
      }
      if (!stream.open) return this.#undo(session, oldId);
    }
    await this.#registry.close(oldId, reason);
  }

  /** The new session dropped before it had everything: unless it has answers of its own, the old one stays instead. */
  async #undo(session: AgentSession, oldId: string): Promise<void> {
    const hasOwn = session.replay.unread().some(({ shared, bytes }) => !shared && bytes > 0);
    if (!hasOwn && !session.busy)
      await this.#registry.close(session.id, `It dropped before it had all that ${oldId} kept.`);
  }
}
