import { lookOfName } from './names/look.ts';

/** What the indexes are made of. */
interface IndexedSession {
  readonly id: string;
  readonly keyId: string;
  readonly agent?: string;
  readonly given?: string;
}

/** The sessions of one key. */
interface SessionsOfKey<Session> {
  readonly all: Map<string, Session>;
  /** By how the name of their agent looks. */
  readonly byAgent: Map<string, Set<string>>;
  /** By how the name looks that was given. */
  readonly byGiven: Map<string, Set<string>>;
}

/**
 * Open and dropped sessions by id, and indexes of them by key, so that what one key's session costs does not grow with
 * the sessions of others. Begins empty.
 */
export class SessionMap<Session extends IndexedSession> extends Map<string, Session> {
  readonly #keys = new Map<string, SessionsOfKey<Session>>();

  override set(id: string, session: Session): this {
    const was = this.get(id);
    const isMoved = was?.keyId !== session.keyId || was.agent !== session.agent || was.given !== session.given;
    if (was && isMoved) this.#forget(was);
    const of = this.#of(session.keyId);
    of.all.set(id, session);
    if (isMoved) {
      if (session.agent !== undefined) add(of.byAgent, lookOfName(session.agent), id);
      if (session.given !== undefined) add(of.byGiven, lookOfName(session.given), id);
    }
    return super.set(id, session);
  }

  override delete(id: string): boolean {
    const was = this.get(id);
    if (was) this.#forget(was);
    return super.delete(id);
  }

  override clear(): void {
    this.#keys.clear();
    super.clear();
  }

  /** The sessions of a key, those opened first ahead. */
  of(keyId: string): MapIterator<Session> {
    return (this.#keys.get(keyId)?.all ?? new Map<string, Session>()).values();
  }

  /** The sessions of a key whose agent has a name with this look ({@link lookOfName}). */
  *called(keyId: string, look: string): Generator<Session> {
    for (const id of this.#keys.get(keyId)?.byAgent.get(look) ?? []) {
      const session = this.get(id);
      if (session) yield session;
    }
  }

  /** Whether a session of a key was given a name with this look. */
  wasGiven(keyId: string, look: string): boolean {
    return this.#keys.get(keyId)?.byGiven.has(look) === true;
  }

  #of(keyId: string): SessionsOfKey<Session> {
    const known = this.#keys.get(keyId);
    if (known) return known;
    const of: SessionsOfKey<Session> = { all: new Map(), byAgent: new Map(), byGiven: new Map() };
    this.#keys.set(keyId, of);
    return of;
  }

  #forget({ id, keyId, agent, given }: Session): void {
    const of = this.#of(keyId);
    of.all.delete(id);
    if (agent !== undefined) remove(of.byAgent, lookOfName(agent), id);
    if (given !== undefined) remove(of.byGiven, lookOfName(given), id);
    if (of.all.size === 0) this.#keys.delete(keyId);
  }
}

function add(index: Map<string, Set<string>>, look: string, id: string): void {
  const ids = index.get(look);
  if (ids) ids.add(id);
  else index.set(look, new Set([id]));
}

function remove(index: Map<string, Set<string>>, look: string, id: string): void {
  const ids = index.get(look);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(look);
}
