import type { Hub } from '../../../hub/hub.ts';
import type { AgentSession } from './agent-session.ts';

/** A session of which nothing was heard for so long, with no stream and no request under way, has lost its client. In ms. */
const UNHEARD_MS = 5 * 60_000;
/** For so long after the last stream of a session broke its client may begin another one. In ms. */
const RETURN_MS = 2_000;

/**
 * Finds sessions whose client can no longer be said to be there, where no stream of the session's own says so: a client
 * that only posts leaves no trace when it is killed. What such a client sends next resumes its session.
 */
export class LostClients {
  readonly #hub: Pick<Hub, 'timers' | 'storage'>;
  readonly #drop: (sessionId: string, reason: string) => void;
  readonly #handles = new Set<unknown>();
  #closed = false;

  /** `drop` logs a session as dropped, if it is not. */
  constructor(hub: Pick<Hub, 'timers' | 'storage'>, drop: (sessionId: string, reason: string) => void) {
    this.#hub = hub;
    this.#drop = drop;
  }

  /** The client closed a stream that was not the session's own: drops the session, unless it is heard of at once. */
  streamClosed(session: AgentSession, reason: string): void {
    if (this.#closed) return;
    const heard = session.traffic.framesIn;
    const handle = this.#hub.timers.setTimeout(() => {
      this.#handles.delete(handle);
      if (!session.busy && session.traffic.framesIn === heard) this.#drop(session.id, reason);
    }, RETURN_MS);
    this.#handles.add(handle);
  }

  /** Whether a session is lost in which nothing was under way, and of which nothing was heard, for so many ms. */
  isLost(unheardMs: number): boolean {
    return unheardMs >= UNHEARD_MS && this.#hub.storage.status === 'ok';
  }

  /** Drops a session that {@link isLost}. */
  dropUnheard(sessionId: string): void {
    this.#drop(sessionId, `Nothing was heard of it for ${UNHEARD_MS / 60_000} minutes.`);
  }

  close(): void {
    this.#closed = true;
    for (const handle of this.#handles) this.#hub.timers.clearTimeout(handle);
    this.#handles.clear();
  }
}
