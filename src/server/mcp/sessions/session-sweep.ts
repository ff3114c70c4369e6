import type { Hub } from '../../../hub/hub.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { STATELESS } from '../../../protocol/wire-names.ts';
import type { AgentSession } from './agent-session.ts';
import type { LostClients } from './lost-clients.ts';

/** Sessions without their clients that are closed or dropped in one turn of the loop. */
const MOST_ENDED_AT_ONCE = 200;

/** The registry, as its sweep sees it. */
export interface SweptSessions {
  /** Sessions that were used since the hub started, by id. */
  readonly inUse: ReadonlyMap<string, AgentSession>;
  states(): readonly SessionState[];
  /** Whether a session exists, logged or yet to be. */
  isOpen(id: string): boolean;
  closeSoon(id: string, reason: string): void;
  /** Ends a session whose opening could not be logged. */
  discard(id: string, session: AgentSession): void;
}

export interface SessionSweepOptions {
  readonly hub: Hub;
  readonly sessions: SweptSessions;
  readonly lost: LostClients;
  /** Sessions with nothing under way for so long are closed. In ms. */
  readonly idleMs: number;
  /** When this hub started, on the clock that only runs. */
  readonly since: number;
}

/**
 * Every now and then closes sessions that have been idle for too long, drops those that lost their client, and forgets
 * messages kept for too long.
 */
export class SessionSweep {
  readonly #options: SessionSweepOptions;
  #handle: unknown;
  #isClosed = false;

  constructor(options: SessionSweepOptions) {
    this.#options = options;
    this.#arm();
  }

  close(): void {
    this.#isClosed = true;
    this.#options.hub.timers.clearTimeout(this.#handle);
  }

  #arm(afterMs = Math.max(50, Math.min(this.#options.idleMs / 4, 30_000))): void {
    if (this.#isClosed) return;
    this.#handle = this.#options.hub.timers.setTimeout(() => {
      const isMore = this.#sweep();
      this.#arm(isMore ? 0 : undefined);
    }, afterMs);
  }

  /** Returns whether there are more to close or drop: thousands may fall idle together. */
  #sweep(): boolean {
    const { hub, sessions, lost, idleMs, since } = this.#options;
    const now = hub.timers.elapsed();
    // A session opened just before a write failed was never announced, and is not in the log.
    for (const [id, session] of sessions.inUse) if (!sessions.isOpen(id)) sessions.discard(id, session);
    let ended = 0;
    for (const state of sessions.states()) {
      const session = sessions.inUse.get(state.id);
      session?.replay.expire(now, session.stream);
      if (session?.busy) continue;
      const unheardMs = now - (session?.activeElapsed ?? since);
      const isIdle = unheardMs >= idleMs;
      if (!isIdle && ((state.status === 'dropped' && state.wire !== STATELESS) || !lost.isLost(unheardMs))) continue;
      if (ended === MOST_ENDED_AT_ONCE) return hub.storage.status === 'ok';
      if (isIdle) sessions.closeSoon(state.id, `It had been idle for ${Math.round(idleMs / 60_000)} minutes.`);
      else lost.unheard(state);
      ended += 1;
    }
    return false;
  }
}
