import type { Hub } from '../../../hub/hub.ts';
import type { Logger } from '../../../hub/logger.ts';
import { HUB, type Origin } from '../../../hub/rule.ts';
import {
  dropSession,
  initializeSession,
  openSession,
  type InitializeSession,
  type OpenSession,
} from '../../../hub/rules/sessions.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { SessionState } from '../../../protocol/state.ts';
import type { AgentSession } from './agent-session.ts';

interface UnloggedSession {
  readonly session: AgentSession;
  readonly origin: Origin;
  /** Missing where only `initialize` could not be logged. */
  readonly open?: OpenSession;
  readonly client?: InitializeSession;
  readonly since: number;
}

/**
 * Sessions that were opened or initialized while the disk refused writes. They are served all the same,
 * as agents may go on reading, and are logged when the disk takes writes again.
 */
export class UnloggedSessions {
  readonly #hub: Hub;
  readonly #logger: Logger;
  readonly #waiting = new Map<string, UnloggedSession>();
  readonly #stop: () => void;

  constructor(hub: Hub, logger: Logger) {
    this.#hub = hub;
    this.#logger = logger;
    this.#stop = hub.onStorage(({ status }) => status === 'ok' && this.#writeDown());
  }

  /** A session was opened, and that could not be logged. */
  opened(session: AgentSession, open: OpenSession, origin: Origin): void {
    this.#waiting.set(session.id, { session, open, origin, since: this.#hub.now() });
  }

  /** A session was initialized, and that could not be logged. */
  initialized(session: AgentSession, client: InitializeSession, origin: Origin): void {
    const before = this.#waiting.get(session.id);
    this.#waiting.set(session.id, { session, origin, since: this.#hub.now(), ...before, client });
  }

  /** A session that is yet to be logged, as the log's state will have it; else undefined. */
  state(id: string): SessionState | undefined {
    const waiting = this.#waiting.get(id);
    return waiting && this.#stateOf(waiting);
  }

  *states(): Generator<SessionState> {
    for (const waiting of this.#waiting.values()) {
      const state = this.#stateOf(waiting);
      if (state) yield state;
    }
  }

  /** The session has ended. */
  forget(id: string): void {
    this.#waiting.delete(id);
  }

  close(): void {
    this.#stop();
  }

  #stateOf({ session, open, client, since }: UnloggedSession): SessionState | undefined {
    if (!open || this.#hub.state.sessions.has(session.id)) return undefined;
    const { wire, keyId, remote, userAgent, name: given = client?.name } = open;
    return {
      id: session.id,
      wire,
      keyId,
      remote,
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(given === undefined ? {} : { given }),
      openedAt: since,
      since,
      status: client ? 'ready' : 'opening',
      ...(client ? { client: clientIn(client) } : {}),
      subscriptions: [],
    };
  }

  #writeDown(): void {
    for (const [id, waiting] of this.#waiting) {
      try {
        const { durable } = this.#commit(id, waiting);
        // If that write fails too, it waits for the next time.
        durable.then(() => this.#waiting.get(id) === waiting && this.#waiting.delete(id)).catch(() => undefined);
      } catch (error) {
        this.#logger.warn({ err: error, session: id }, 'a session could not be written down');
        if (error instanceof HubError && error.code === 'storage_failed') return;
        this.#waiting.delete(id);
        waiting.session.end('It could not be written down.', 'cancelled');
      }
    }
  }

  #commit(id: string, { session, open, client, origin }: UnloggedSession): { readonly durable: Promise<void> } {
    const hub = this.#hub;
    const { sessions } = hub.state;
    if (open && !sessions.has(id)) hub.commit(openSession, open, origin);
    if (client && sessions.has(id) && !sessions.get(id)?.client) hub.commit(initializeSession, client, origin);
    session.named(sessions.get(id)?.agent);
    // On that wire a connected client has a stream.
    if (open && session.wire === 'sse' && !session.stream)
      hub.commit(dropSession, { sessionId: id, reason: 'The stream had ended.' }, HUB);
    return { durable: hub.durable() };
  }
}

function clientIn({ clientName, clientVersion, protocolVersion, capabilities }: InitializeSession) {
  return { name: clientName, version: clientVersion, protocolVersion, capabilities };
}

/** Resolves once something is logged, or with `false` if the disk refuses it; other errors pass. */
export async function wasLogged(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (error instanceof HubError && error.code === 'storage_failed') return false;
    throw error;
  }
}
