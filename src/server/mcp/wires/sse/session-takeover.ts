import type { Hub } from '../../../../hub/hub.ts';
import type { Logger } from '../../../../hub/logger.ts';
import { initializeSession, subscribeSession } from '../../../../hub/rules/sessions.ts';
import type { SessionState } from '../../../../protocol/state.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import type { Broadcast } from '../../sessions/broadcast.ts';
import { ReplayWriter } from '../../sessions/replayer.ts';
import type { RpcMessage } from '../../rpc/rpc.ts';
import type { SessionRegistry } from '../../sessions/session-registry.ts';

/** A client that means to start afresh sends `initialize` well within this time, in ms. */
const GREETING_MS = 1_000;

/**
 * Sessions that go on in another one, where their client cannot say which one was its.
 *
 * Older clients reconnect `/sse` by themselves, without `Last-Event-ID`, `initialize` or a header that
 * tells them from new ones, and believe that their subscriptions still stand. So a new session whose
 * client does not greet takes over what the one of its key and `User-Agent` that dropped was and
 * subscribed to. Where several might be meant it gets the subscriptions of all, and nothing else: to be
 * told too much by its own key harms nobody, but another's answers might pass for its own.
 */
export class SseHeirs {
  readonly #hub: Hub;
  readonly #registry: SessionRegistry;
  readonly #broadcast: Broadcast;
  readonly #logger: Logger;
  readonly #heirs = new WeakMap<AgentSession, { readonly timer: unknown }>();
  /** Ids of sessions whose unread messages are on their way to an heir. */
  readonly #handed = new Set<string>();

  constructor(parts: { hub: Hub; registry: SessionRegistry; broadcast: Broadcast; logger: Logger }) {
    this.#hub = parts.hub;
    this.#registry = parts.registry;
    this.#broadcast = parts.broadcast;
    this.#logger = parts.logger;
  }

  /** A session has just been opened: unless its client greets, it may be the return of another. */
  opened(session: AgentSession): void {
    if (this.#candidates(session).length === 0) return;
    const timer = this.#hub.timers.setTimeout(() => this.#inherit(session), GREETING_MS);
    this.#heirs.set(session, { timer });
  }

  /** A session was opened for a client that had one before and could not say which. */
  returned(session: AgentSession): void {
    this.#logged(session, () => this.#share(session, this.#candidates(session)));
  }

  /** Before messages of a session are handled: a greeting starts afresh, any other request shows a return. */
  heard(session: AgentSession, messages: readonly RpcMessage[]): void {
    const heir = this.#heirs.get(session);
    if (!heir) return;
    const methods = messages.flatMap((message) => (message.kind === 'request' ? message.method : []));
    if (methods.includes('initialize')) this.#forget(session, heir.timer);
    else if (methods.some((method) => method !== 'ping')) this.#inherit(session);
  }

  #forget(session: AgentSession, timer: unknown): void {
    this.#hub.timers.clearTimeout(timer);
    this.#heirs.delete(session);
  }

  /** Sessions that a client may have lost; those with nothing to lose count only where there is one alone. */
  #candidates(session: AgentSession): readonly SessionState[] {
    const userAgent = this.#hub.state.sessions.get(session.id)?.userAgent;
    const dropped = this.#registry
      .of('sse', session.keyId)
      .filter((state) => state.status === 'dropped' && state.userAgent === userAgent && state.client !== undefined)
      .filter(({ id }) => !this.#handed.has(id));
    const worth = dropped.filter(({ id, subscriptions }) => {
      const live = this.#registry.live(id);
      return subscriptions.length > 0 || live?.busy === true || (live?.replay.unwritten().length ?? 0) > 0;
    });
    if (worth.length > 0) return worth;
    return dropped.length === 1 ? dropped : [];
  }

  #inherit(session: AgentSession): void {
    const heir = this.#heirs.get(session);
    if (!heir) return;
    this.#forget(session, heir.timer);
    if (!session.stream) return; // it dropped as well: its client's next stream is the heir
    const mine = this.#hub.state.sessions.get(session.id);
    if (!mine || mine.client) return;
    const candidates = this.#candidates(session);
    const [from] = candidates;
    this.#logged(session, () => {
      if (from && candidates.length === 1) this.#take(session, from);
      else this.#share(session, candidates);
    });
  }

  #share(session: AgentSession, candidates: readonly SessionState[]): void {
    for (const uri of new Set(candidates.flatMap(({ subscriptions }) => subscriptions))) this.#subscribe(session, uri);
  }

  #subscribe(session: AgentSession, uri: string): void {
    this.#hub.commit(subscribeSession, { sessionId: session.id, uri }, { actor: session.actor });
    this.#broadcast.subscribe(session, uri);
  }

  #logged(session: AgentSession, take: () => void): void {
    try {
      take();
    } catch (error) {
      this.#logger.warn({ err: error, session: session.id }, 'a session could not take over from one that dropped');
    }
  }

  #take(session: AgentSession, from: SessionState): void {
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
        { actor: session.actor },
      );
    }
    for (const uri of from.subscriptions) this.#subscribe(session, uri);
    const old = this.#registry.live(from.id);
    if (old) {
      session.logLevel = old.logLevel;
      if (old.logLevel !== undefined) this.#broadcast.setLogging(session);
    }
    this.#handed.add(from.id);
    this.#handOver(session, from.id, old)
      .catch((error: unknown) => this.#logger.warn({ err: error, session: from.id }, 'a session could not be closed'))
      .finally(() => this.#handed.delete(from.id));
  }

  /** Sends what nobody has read of the old session, and closes it; only then is nothing of it needed any more. */
  async #handOver(session: AgentSession, oldId: string, old: AgentSession | undefined): Promise<void> {
    const reason = `Its client came back as ${session.id}.`;
    const { stream } = session;
    if (old && stream) {
      const writer = new ReplayWriter(old, stream);
      await writer.writeAll(old.replay.unwritten());
      if (stream.open) {
        old.end(reason, 'cancelled'); // which answers what is in flight; notices come to the new one by now
        await writer.writeAll(old.replay.unwritten().filter(({ shared }) => !shared));
      }
      if (!stream.open) return this.#giveBack(session, oldId);
    }
    await this.#registry.close(oldId, reason);
  }

  /** The heir dropped on the way: unless it has answers of its own, the old session alone is there to go on from. */
  async #giveBack(heir: AgentSession, oldId: string): Promise<void> {
    const hasOwn = heir.replay.unwritten().some(({ shared, chunk }) => !shared && chunk.length > 0);
    if (!hasOwn && !heir.busy) await this.#registry.close(heir.id, `It dropped before it had all that ${oldId} kept.`);
  }
}
