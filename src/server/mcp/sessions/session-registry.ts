import type { IncomingMessage } from 'node:http';
import type { Hub } from '../../../hub/hub.ts';
import { limitReached } from '../../../hub/limits.ts';
import type { Logger } from '../../../hub/logger.ts';
import { HUB, type Origin } from '../../../hub/rule.ts';
import {
  closeSession,
  dropSession,
  initializeSession,
  openSession,
  resumeSession,
  type InitializeSession,
} from '../../../hub/rules/sessions.ts';
import { HubError } from '../../../protocol/errors.ts';
import { SCOPE_VIOLATION } from '../../../protocol/end-reasons.ts';
import { remoteOf } from '../../http/client-address.ts';
import type { KeyState, SessionState } from '../../../protocol/state.ts';
import { AgentSession } from './agent-session.ts';
import type { Broadcast } from './broadcast.ts';
import type { SessionShare } from './session-share.ts';
import type { CutCode } from './session-work.ts';
import { AGENT_CLOSED, type EventStream } from '../stream/event-stream.ts';
import { sseError } from '../stream/http-chunk.ts';
import { defaultVersion, isSessionVersion } from '../rpc/protocol-versions.ts';
import { longestIdle } from './longest-idle.ts';
import { LostClients } from './lost-clients.ts';
import { userAgentOf } from '../../http/user-agent.ts';
import { SessionSweep } from './session-sweep.ts';
import { sessionUnknown } from './session-unknown.ts';
import { UnloggedSessions, wasLogged } from './unlogged-sessions.ts';
import { STATELESS, type Wire } from '../../../protocol/wire-names.ts';

export interface SessionRegistryOptions {
  readonly hub: Hub;
  readonly broadcast: Broadcast;
  readonly share: SessionShare;
  /** Sessions with nothing under way for so long are closed. In ms. */
  readonly idleMs: number;
  readonly logger: Logger;
}

/**
 * The sessions of all wires while the hub runs. Which sessions exist is in the log's state; an
 * {@link AgentSession} is made when it is first needed, so that a session from before a restart goes on
 * when its client comes back.
 */
export class SessionRegistry {
  readonly #options: SessionRegistryOptions;
  readonly #live = new Map<string, AgentSession>();
  readonly #unlogged: UnloggedSessions;
  readonly #lost: LostClients;
  /** When this hub started, on the clock that only runs. */
  readonly #since: number;
  readonly #sweep: SessionSweep;

  constructor(options: SessionRegistryOptions) {
    this.#options = options;
    this.#since = options.hub.timers.elapsed();
    this.#unlogged = new UnloggedSessions(options.hub, options.logger);
    this.#lost = new LostClients(options.hub, (id, reason, isOver) =>
      isOver ? this.closeSoon(id, reason) : this.#logDropped(id, reason),
    );
    this.#sweep = new SessionSweep({
      hub: options.hub,
      sessions: {
        inUse: this.#live,
        states: () => this.states(),
        isOpen: (id) => this.isOpen(id),
        closeSoon: (id, reason) => this.closeSoon(id, reason),
        discard: (id, session) => this.#discard(id, session),
      },
      lost: this.#lost,
      idleMs: options.idleMs,
      since: this.#since,
    });
  }

  /**
   * Opens a session for a key under a new id, with the name of its agent where one was given; resolves when that is on disk. While the disk refuses
   * writes it is opened all the same, and logged later. For one session too many of its key, the one that has been
   * idle longest is closed. @throws HubError `limit_reached` while all are in use
   */
  async open(
    wire: Wire,
    key: KeyState,
    request: IncomingMessage,
    { id, name, cause }: { readonly id: string; readonly name: string | undefined; readonly cause?: string },
  ): Promise<AgentSession> {
    const { hub, share } = this.#options;
    const closing = this.#makeRoom(wire, key);
    const userAgent = userAgentOf(request.headers);
    const origin: Origin = {
      actor: { kind: 'agent', key: key.id, session: id },
      ...(cause === undefined ? {} : { cause }),
    };
    const command = {
      sessionId: id,
      wire,
      keyId: key.id,
      remote: remoteOf(request),
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(name === undefined ? {} : { name }),
    };
    const [isLogged] = await Promise.all([wasLogged(hub.execute(openSession, command, origin)), closing]);
    if (isLogged && !hub.state.sessions.has(id))
      throw new HubError('cancelled', 'The session ended while it was opened.');
    const said = request.headers['mcp-protocol-version'];
    const session = new AgentSession(share, {
      id,
      wire,
      keyId: key.id,
      protocolVersion: typeof said === 'string' && isSessionVersion(said) ? said : defaultVersion,
    });
    session.named(hub.state.sessions.get(id)?.agent);
    this.#live.set(id, session);
    if (!isLogged) this.#unlogged.opened(session, command, origin);
    return session;
  }

  /** Logs the client of a session; while the disk refuses writes, that is done later. @throws HubError */
  async initialize(session: AgentSession, client: InitializeSession, origin: Origin): Promise<void> {
    const { hub } = this.#options;
    const isLogged = await wasLogged(hub.execute(initializeSession, client, origin));
    if (!isLogged) this.#unlogged.initialized(session, client, origin);
    session.named(hub.state.sessions.get(session.id)?.agent);
  }

  /**
   * The session with this id, on this wire and of this key. The session of another key is `session_unknown`, like one
   * that does not exist (any more): the caller logs who asked for it.
   */
  find(id: string, wire: Wire, key: KeyState): AgentSession | HubError {
    const { hub } = this.#options;
    const state = hub.state.sessions.get(id) ?? this.#unlogged.state(id);
    if (!state || state.wire !== wire || state.keyId !== key.id) return sessionUnknown(id, wire);
    return this.#live.get(id) ?? this.#restore(state);
  }

  /**
   * The client of a session that may be logged as dropped is back. While the disk refuses writes that is
   * not logged, and the session is served all the same.
   */
  async resume(session: AgentSession): Promise<void> {
    const { hub } = this.#options;
    if (hub.state.sessions.get(session.id)?.status !== 'dropped' || hub.storage.status !== 'ok') return;
    await hub.execute(resumeSession, { sessionId: session.id }, { actor: session.actor });
    session.named(hub.state.sessions.get(session.id)?.agent);
  }

  /** The session's stream has ended: it is logged as dropped, and its client may come back. */
  drop(session: AgentSession, stream: EventStream, reason: string): void {
    if (!session.detach(stream)) return; // a newer one has taken its place
    this.#logDropped(session.id, reason);
    if (reason === AGENT_CLOSED && session.onlyLooked) this.#lost.looked(session);
  }

  /** The client of a session without a stream of its own has closed one of the others. */
  streamClosed(session: AgentSession, reason: string): void {
    this.#lost.streamClosed(session, reason);
  }

  /** What its client sends next resumes it. */
  #logDropped(sessionId: string, reason: string): void {
    const { hub } = this.#options;
    this.logChange(() => {
      const state = hub.state.sessions.get(sessionId);
      if (state && state.status !== 'dropped') hub.commit(dropSession, { sessionId, reason }, HUB);
    });
  }

  /**
   * Closes a session for good: requests in flight are answered with `code` and the reason, its streams
   * end. Does nothing the second time. It ends even when the disk refuses to log that.
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

  /** {@link close} without waiting for it; a failure is only reported. */
  closeSoon(id: string, reason: string, code?: CutCode): void {
    const { hub, logger } = this.#options;
    // Nothing of it is open here any more; the next sweep closes it in the log once the disk takes writes.
    if (hub.storage.status !== 'ok' && !this.#live.has(id) && !this.#unlogged.state(id)) return;
    this.close(id, reason, HUB, code).catch((error: unknown) =>
      logger.warn({ err: error, session: id }, 'a session could not be closed'),
    );
  }

  /**
   * Ends a session whose key subscribed or listened outside of its workspaces, once that has been answered. On `/sse`
   * an `error` event says why.
   */
  endForViolation(session: AgentSession, refusal: HubError): void {
    if (session.wire === 'sse') session.stream?.writeText(sseError(refusal));
    this.closeSoon(session.id, SCOPE_VIOLATION);
  }

  /** A session that has been used since the hub started. */
  live(id: string): AgentSession | undefined {
    return this.#live.get(id);
  }

  /** All sessions: those in the log's state, and those that are yet to be logged. */
  states(): SessionState[] {
    return [...this.#options.hub.state.sessions.values(), ...this.#unlogged.states()];
  }

  /** Sessions of a wire and key. */
  of(wire: Wire, keyId: string): SessionState[] {
    return this.#ofKey(keyId).filter((state) => state.wire === wire);
  }

  #ofKey(keyId: string): SessionState[] {
    const logged = this.#options.hub.state.sessions.of(keyId);
    return [...logged, ...this.#unlogged.states().filter((state) => state.keyId === keyId)];
  }

  /** Whether a session exists, logged or yet to be. */
  isOpen(id: string): boolean {
    return this.#options.hub.state.sessions.has(id) || this.#unlogged.state(id) !== undefined;
  }

  /**
   * Closes the session of a key that has been idle longest where it may have no more; begins that at once. The two
   * wires with sessions are counted together.
   */
  #makeRoom(wire: Wire, { id: keyId }: KeyState): Promise<void> | undefined {
    const { hub } = this.#options;
    const name = wire === STATELESS ? 'stateless-sessions-per-key' : 'sessions-per-key';
    const most = hub.limits[name];
    const ofKey = this.#ofKey(keyId).filter((state) => (state.wire === STATELESS) === (wire === STATELESS));
    if (ofKey.length < most) {
      if (hub.state.sessions.size >= hub.limits.sessions) throw limitReached(hub.limits, 'sessions');
      return undefined;
    }
    // While the disk refuses writes, only sessions that are not logged can be closed.
    const own = ofKey.filter(({ id }) => hub.storage.status === 'ok' || !hub.state.sessions.has(id));
    const oldest = longestIdle(own, this.#live, (at) => this.#since + Math.min(0, at - hub.startedAt));
    if (oldest === undefined) throw limitReached(hub.limits, name);
    return this.close(oldest, `Its key has ${most} newer sessions.`);
  }

  /** Ends all streams; the sessions stay in the log, for their clients to come back to. */
  endAll(reason: string): void {
    this.#unlogged.close();
    this.#sweep.close();
    this.#lost.close();
    for (const session of this.#live.values()) session.end(reason, 'hub_closed');
  }

  #restore(state: SessionState): AgentSession {
    const { broadcast, share } = this.#options;
    const session = new AgentSession(share, {
      id: state.id,
      wire: state.wire,
      keyId: state.keyId,
      protocolVersion: state.client?.protocolVersion ?? defaultVersion,
      isRestored: true,
    });
    session.named(state.agent);
    this.#live.set(state.id, session);
    if (state.wire !== STATELESS) for (const uri of state.subscriptions) broadcast.subscribe(session, uri);
    return session;
  }

  #discard(id: string, session: AgentSession): void {
    this.#live.delete(id);
    this.#options.broadcast.forget(session, []);
    session.end('It could not be written down.', 'cancelled');
    session.replay.close();
  }

  /** Runs a commit that nobody waits for: a disk that refuses it must not fail the caller. */
  logChange(commit: () => unknown): void {
    try {
      commit();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'a change of a session could not be logged');
    }
  }
}
