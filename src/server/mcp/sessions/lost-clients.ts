import type { Hub } from '../../../hub/hub.ts';
import type { SessionState } from '../../../protocol/state.ts';
import type { AgentSession } from './agent-session.ts';
import { STATELESS } from '../../../protocol/wire-names.ts';

/** A session of which nothing was heard for so long, with no stream and no request under way, has lost its client. In ms. */
const UNHEARD_MS = 5 * 60_000;
/** For so long after the last stream of a session broke its client may begin another one. In ms. */
const RETURN_MS = 2_000;

/** Says of a session that its client is gone: `isOver` where it will not come back to it. */
type Gone = (sessionId: string, reason: string, isOver: boolean) => void;

/**
 * Finds sessions whose client can no longer be said to be there, where no stream of the session's own says so: a client
 * that only posts leaves no trace when it is killed. What such a client sends next resumes its session. On the stateless
 * wire a session is nothing to come back to, and is over; so is one whose client only looked whether the hub is there.
 */
export class LostClients {
  readonly #hub: Pick<Hub, 'timers' | 'storage'>;
  readonly #gone: Gone;
  readonly #handles = new Set<unknown>();
  #closed = false;

  /** `gone` logs a session as dropped, or closes it. */
  constructor(hub: Pick<Hub, 'timers' | 'storage'>, gone: Gone) {
    this.#hub = hub;
    this.#gone = gone;
  }

  /** The client of a stateless session closed one of its listen streams: ends the session, unless it is heard of at once. */
  streamClosed(session: AgentSession, reason: string): void {
    this.#unlessHeard(session, reason);
  }

  /** A session was dropped whose client only looked whether the hub is there: ends it, unless it is heard of at once. */
  looked(session: AgentSession): void {
    this.#unlessHeard(session, 'Its client only looked whether the hub is there.');
  }

  #unlessHeard(session: AgentSession, reason: string): void {
    if (this.#closed) return;
    const heard = session.traffic.framesIn;
    const handle = this.#hub.timers.setTimeout(() => {
      this.#handles.delete(handle);
      if (!session.busy && session.traffic.framesIn === heard) this.#gone(session.id, reason, true);
    }, RETURN_MS);
    this.#handles.add(handle);
  }

  /** Whether a session is lost in which nothing was under way, and of which nothing was heard, for so many ms. */
  isLost(unheardMs: number): boolean {
    return unheardMs >= UNHEARD_MS && this.#hub.storage.status === 'ok';
  }

  /** Says so of a session that {@link isLost}. */
  unheard({ id, wire }: SessionState): void {
    this.#gone(id, `Nothing was heard of it for ${UNHEARD_MS / 60_000} minutes.`, wire === STATELESS);
  }

  close(): void {
    this.#closed = true;
    for (const handle of this.#handles) this.#hub.timers.clearTimeout(handle);
    this.#handles.clear();
  }
}
