import type { IncomingMessage } from 'node:http';
import type { Hub } from '../../../hub/hub.ts';
import type { Logger } from '../../../hub/logger.ts';
import type { Origin } from '../../../hub/rule.ts';
import {
  closeSession,
  dropSession,
  initializeSession,
  openSession,
  resumeSession,
  unsubscribeSession,
  type InitializeSession,
} from '../../../hub/rules/sessions.ts';
import { HubError } from '../../../protocol/errors.ts';
import { STATELESS, type Wire } from '../../../protocol/events/sessions.ts';
import type { KeyState, SessionState } from '../../../protocol/state.ts';
import { workspaceIn } from '../../../protocol/uris.ts';
import { AgentSession, type SessionShare } from './agent-session.ts';
import type { AccessChanges, Broadcast } from './broadcast.ts';
import type { CutCode } from './session-work.ts';
import type { EventStream } from '../stream/event-stream.ts';
import { defaultVersion } from '../rpc/protocol-versions.ts';
import { UnloggedSessions, wasLogged } from './unlogged-sessions.ts';

export interface SessionRegistryOptions {
  readonly hub: Hub;
  readonly broadcast: Broadcast;
  readonly share: SessionShare;
  /** Sessions with nothing under way for so long are closed. In ms. */
  readonly idleMs: number;
  readonly logger: Logger;
}

const HUB: Origin = { actor: { kind: 'hub' } };

/**
 * The sessions of all wires while the hub runs. That a session exists is in the log's state; what is
 * here is made when it is first needed, so that one of before a restart is taken up when its client
 * comes back.
 */
export class SessionRegistry implements AccessChanges {
  readonly #options: SessionRegistryOptions;
  readonly #live = new Map<string, AgentSession>();
  readonly #unlogged: UnloggedSessions;
  #sweepHandle: unknown;
  #closed = false;

  constructor(options: SessionRegistryOptions) {
    this.#options = options;
    this.#unlogged = new UnloggedSessions(options.hub, options.logger);
    options.broadcast.onAccess(this);
    this.#armSweep();
  }

  /**
   * Opens a session for a key under a new id; resolves when that is on disk. While the disk refuses
   * writes it is open all the same, and written down later. @throws HubError
   */
  async open(wire: Wire, key: KeyState, request: IncomingMessage, id: string, cause?: string): Promise<AgentSession> {
    const { hub, share } = this.#options;
    const userAgent = request.headers['user-agent'];
    const origin: Origin = {
      actor: { kind: 'agent', key: key.id, session: id },
      ...(cause === undefined ? {} : { cause }),
    };
    const command = {
      sessionId: id,
      wire,
      keyId: key.id,
      remote: `${request.socket.remoteAddress ?? ''}:${request.socket.remotePort ?? ''}`,
      ...(userAgent === undefined ? {} : { userAgent }),
    };
    const isLogged = await wasLogged(hub.execute(openSession, command, origin));
    if (isLogged && !hub.state.sessions.has(id))
      throw new HubError('cancelled', 'The session ended while it was opened.');
    const said = request.headers['mcp-protocol-version'];
    const session = new AgentSession(share, {
      id,
      wire,
      keyId: key.id,
      protocolVersion: typeof said === 'string' ? said : defaultVersion,
    });
    this.#live.set(id, session);
    if (!isLogged) this.#unlogged.opened(session, command, origin);
    return session;
  }

  /** Writes down who speaks on a session; while the disk refuses writes, that is done later. @throws HubError */
  async initialize(session: AgentSession, client: InitializeSession, origin: Origin): Promise<void> {
    const isLogged = await wasLogged(this.#options.hub.execute(initializeSession, client, origin));
    if (!isLogged) this.#unlogged.initialized(session, client, origin);
  }

  /**
   * The session with this id, if it is of this wire and this key. One that another key opened is
   * `forbidden`, which the caller logs; one that is not (any more) there is `session_unknown`.
   */
  find(id: string, wire: Wire, key: KeyState): AgentSession | HubError {
    const { hub } = this.#options;
    const state = hub.state.sessions.get(id) ?? this.#unlogged.state(id);
    if (!state || state.wire !== wire) {
      return new HubError(
        'session_unknown',
        `There is no session ${shown(id)} (any more). Open a new one${wire === 'sse' ? ' with GET /sse' : ': send initialize without Mcp-Session-Id'}.`,
      );
    }
    if (state.keyId !== key.id) {
      return new HubError('forbidden', `The session ${shown(id)} was opened with another key. Open one of your own.`);
    }
    return this.#live.get(id) ?? this.#restore(state);
  }

  /**
   * A sign of life of a session that counts as dropped: it is back. While the disk refuses writes it is
   * served all the same, for reading goes on.
   */
  async resume(session: AgentSession): Promise<void> {
    const { hub } = this.#options;
    if (hub.state.sessions.get(session.id)?.status !== 'dropped' || hub.storage.status !== 'ok') return;
    await hub.execute(
      resumeSession,
      { sessionId: session.id },
      { actor: { kind: 'agent', key: session.keyId, session: session.id } },
    );
  }

  /** The session's stream has ended; it waits for its client to come back. */
  drop(session: AgentSession, stream: EventStream, reason: string): void {
    if (!session.detach(stream)) return; // a newer one has taken its place
    this.#log(() => {
      const state = this.#options.hub.state.sessions.get(session.id);
      if (state && state.status !== 'dropped') {
        this.#options.hub.commit(dropSession, { sessionId: session.id, reason }, HUB);
      }
    });
  }

  /**
   * Closes a session for good: what is in flight is answered with `code` and the reason, its streams
   * end. Does nothing the second time. It ends here even when the disk refuses to have that written.
   */
  async close(id: string, reason: string, origin: Origin = HUB, code: CutCode = 'cancelled'): Promise<void> {
    const { hub, broadcast } = this.#options;
    const state = hub.state.sessions.get(id);
    const session = this.#live.get(id);
    this.#live.delete(id);
    this.#unlogged.forget(id);
    if (session) broadcast.forget(session, state?.subscriptions ?? []);
    try {
      const traffic = session?.traffic ?? { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 };
      if (state) await hub.commit(closeSession, { sessionId: id, reason, traffic }, origin).durable;
    } finally {
      session?.end(reason, code);
      session?.replay.close();
    }
  }

  /** {@link close}, for those who do not wait for it; does nothing about what cannot be written down meanwhile. */
  closeSoon(id: string, reason: string, code?: CutCode): void {
    const { hub, logger } = this.#options;
    // All of it that is open here has ended; that it is still in the log's state is for whoever looks again.
    if (hub.storage.status !== 'ok' && !this.#live.has(id) && !this.#unlogged.state(id)) return;
    this.close(id, reason, HUB, code).catch((error: unknown) =>
      logger.warn({ err: error, session: id }, 'a session could not be closed'),
    );
  }

  /** A session as far as it has been used since the hub started. */
  live(id: string): AgentSession | undefined {
    return this.#live.get(id);
  }

  /** All sessions: those in the log's state, and those that are yet to be written down. */
  states(): SessionState[] {
    return [...this.#options.hub.state.sessions.values(), ...this.#unlogged.states()];
  }

  /** Sessions of a wire and key. */
  of(wire: Wire, keyId: string): SessionState[] {
    return this.states().filter((state) => state.wire === wire && state.keyId === keyId);
  }

  /** Whether a session is there, written down or yet to be. */
  isOpen(id: string): boolean {
    return this.#options.hub.state.sessions.has(id) || this.#unlogged.state(id) !== undefined;
  }

  /** The id of the session that was last used longest ago, of those with nothing under way. */
  longestIdle(states: readonly SessionState[]): string | undefined {
    const usedAt = (state: SessionState): number => Math.max(state.since, this.#live.get(state.id)?.lastActiveAt ?? 0);
    const idle = states.filter(({ id }) => this.#live.get(id)?.busy !== true);
    return idle.toSorted((a, b) => usedAt(a) - usedAt(b))[0]?.id;
  }

  keyRevoked(keyId: string): void {
    for (const state of this.states()) {
      if (state.keyId === keyId) this.closeSoon(state.id, 'Its key was revoked.', 'key_revoked');
    }
  }

  roleChanged(keyId: string, workspace: string, gone: boolean): void {
    // Also those that nobody has come back to since a restart: they will be taken up as the log's state has them.
    for (const state of this.states()) {
      if (state.keyId !== keyId) continue;
      const session = this.#live.get(state.id);
      session?.toolsChanged();
      if (!gone) continue;
      const wasTold = this.#unsubscribe(state.id, workspace);
      session?.workspaceLost(workspace, wasTold);
    }
  }

  workspaceDeleted(workspace: string): void {
    for (const { id } of this.states()) this.#unsubscribe(id, workspace);
  }

  /** Ends all streams; the sessions stay in the log, for their clients to come back to. */
  endAll(reason: string): void {
    this.#closed = true;
    this.#unlogged.close();
    this.#options.hub.timers.clearTimeout(this.#sweepHandle);
    for (const session of this.#live.values()) session.end(reason, 'hub_closed');
  }

  #restore(state: SessionState): AgentSession {
    const { broadcast, share } = this.#options;
    const session = new AgentSession(share, {
      id: state.id,
      wire: state.wire,
      keyId: state.keyId,
      protocolVersion: state.client?.protocolVersion ?? defaultVersion,
    });
    this.#live.set(state.id, session);
    if (state.wire !== STATELESS) for (const uri of state.subscriptions) broadcast.subscribe(session, uri);
    return session;
  }

  /** Takes away what a session subscribed to in a workspace; answers whether there was anything. */
  #unsubscribe(sessionId: string, workspace: string): boolean {
    const { hub, broadcast } = this.#options;
    const session = this.#live.get(sessionId);
    const uris = (hub.state.sessions.get(sessionId)?.subscriptions ?? []).filter(
      (uri) => workspaceIn(uri) === workspace,
    );
    for (const uri of uris) {
      if (session) broadcast.unsubscribe(session, uri);
      this.#log(() => hub.commit(unsubscribeSession, { sessionId, uri }, HUB));
    }
    return uris.length > 0;
  }

  #armSweep(): void {
    const { hub, idleMs } = this.#options;
    if (this.#closed) return;
    this.#sweepHandle = hub.timers.setTimeout(
      () => {
        this.#sweep();
        this.#armSweep();
      },
      Math.max(50, Math.min(idleMs / 4, 30_000)),
    );
  }

  /** Closes what has been idle for too long, and lets go of messages kept for too long. */
  #sweep(): void {
    const { hub, broadcast, idleMs } = this.#options;
    const now = hub.now();
    // What was opened just before a write failed was never told of, and is not in the log.
    for (const [id, session] of this.#live) {
      if (this.isOpen(id)) continue;
      this.#live.delete(id);
      broadcast.forget(session, []);
      session.end('It could not be written down.', 'cancelled');
      session.replay.close();
    }
    for (const state of this.states()) {
      const session = this.#live.get(state.id);
      session?.replay.expire(now, session.stream);
      if (session?.busy) continue;
      if (Math.max(state.since, session?.lastActiveAt ?? 0) + idleMs > now) continue;
      this.closeSoon(state.id, `It had been idle for ${Math.round(idleMs / 60_000)} minutes.`);
    }
  }

  /** Runs a commit that nobody waits for: a disk that refuses it must not break the caller. */
  #log(commit: () => unknown): void {
    try {
      commit();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'a change of a session could not be logged');
    }
  }
}

/** An id from outside, short enough for a message. */
function shown(id: string): string {
  return JSON.stringify(id.slice(0, 40));
}
