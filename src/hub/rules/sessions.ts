import { HubError } from '../../protocol/errors.ts';
import type { EventBody, EventOf } from '../../protocol/events.ts';
import { lookOfName } from '../../protocol/names/look.ts';
import type { HubState, SessionState } from '../../protocol/state.ts';
import { limitReached, type Limits } from '../limits.ts';
import { workspaceIn } from '../../protocol/uris.ts';
import { requireRole } from '../permission.ts';
import { nameAgent, nameOfClient, type SessionName } from './agent-names.ts';
import { properName } from './names.ts';
import type { Decision, Rule, RuleEnv } from '../rule.ts';
import { waiterRefusal } from './vacate.ts';

/** The members of an event's type: the command for it. */
type FieldsOfEvent<T extends EventBody['type']> = Omit<EventOf<T>, 'type' | 'seq' | 'at' | 'actor' | 'cause'>;

export type OpenSession = Omit<FieldsOfEvent<'session.opened'>, 'sessionId' | 'agent' | 'given' | 'forgot'> & {
  /** The agent's name, where one was given: it is counted while another session of the key has it. */
  readonly name?: string;
  /** Given by wires that must send the id early; by default a new one. */
  readonly sessionId?: string;
};

/**
 * Begins a session of a key. Refuses with `key_revoked`, `conflict` for an id that is in use, and `invalid_argument`
 * for a name that no agent may have.
 */
export const openSession: Rule<OpenSession, { readonly sessionId: string }> = (state, command, env) => {
  const { wire, keyId, remote, userAgent, sessionId = env.newId('ses') } = command;
  const key = state.keys.get(keyId);
  if (!key) return new HubError('unauthorized', 'Unknown key. Ask the person at the desk for one.');
  if (key.revokedAt !== undefined)
    return new HubError('key_revoked', 'This key has been revoked. Ask the person at the desk for a new one.');
  if (state.sessions.has(sessionId))
    return new HubError('conflict', `There is a session ${sessionId} already.`, { details: { sessionId } });
  const name = command.name === undefined ? undefined : properName('agent', command.name);
  if (name instanceof HubError) return name;
  const named = name === undefined ? {} : nameAgent(state, { keyId, sessionId, name, isGiven: true }, env.limits);
  const from = userAgent === undefined ? {} : { userAgent };
  return {
    events: [{ type: 'session.opened', sessionId, wire, keyId, remote, ...from, ...named }],
    answer: () => ({ sessionId }),
  };
};

export type InitializeSession = Omit<FieldsOfEvent<'session.initialized'>, 'agent' | 'given' | 'forgot' | 'named'> & {
  /** The agent's name, where one was given; does nothing for a session that was named when it was opened. */
  readonly name?: string;
  /** The session of the same client that this one takes over: it is the same agent. */
  readonly takesOver?: string;
};

/** The handshake is done. Refuses with `session_unknown`, and `conflict` the second time. */
export const initializeSession: Rule<InitializeSession, void> = (state, command, env) => {
  const session = sessionOf(state, command.sessionId, env);
  if (session instanceof HubError) return session;
  if (session.client) {
    return new HubError('conflict', 'This session is initialised already; open another one for another client.', {
      details: { sessionId: session.id },
    });
  }
  const { name: _name, takesOver: _takesOver, ...fields } = command;
  const named = session.agent === undefined ? agentFor(state, session, command, env) : {};
  if (named instanceof HubError) return named;
  return just([{ type: 'session.initialized', ...fields, ...named }]);
};

/** The agent of a session that has none yet. */
function agentFor(
  state: HubState,
  { id: sessionId, keyId }: SessionState,
  { clientName, name: given, takesOver }: InitializeSession,
  { limits }: RuleEnv,
): (SessionName & { readonly named?: true }) | HubError {
  const before = takesOver === undefined ? undefined : state.sessions.get(takesOver);
  if (before?.keyId === keyId && before.agent !== undefined) {
    const { agent, given, named } = before;
    return { agent, ...(given === undefined ? {} : { given }), ...(named === undefined ? {} : { named }) };
  }
  const proper = given === undefined ? undefined : properName('agent', given);
  if (proper instanceof HubError) return proper;
  if (proper === undefined) {
    return nameAgent(state, { keyId, sessionId, name: nameOfClient(clientName), isGiven: false }, limits);
  }
  return { ...nameAgent(state, { keyId, sessionId, name: proper, isGiven: true }, limits), named: true };
}

export interface SubscribeSession {
  readonly sessionId: string;
  /** One or more. */
  readonly uris: readonly string[];
}

/**
 * Subscribes to resources, all or none, in one event; a second time changes nothing. Refuses with `not_found` for a
 * workspace that the key does not see, and `limit_reached`.
 */
export const subscribeSession: Rule<SubscribeSession, void> = (state, { sessionId, uris }, env) => {
  const session = sessionOf(state, sessionId, env);
  if (session instanceof HubError) return session;
  for (const workspace of new Set(uris.map(workspaceIn))) {
    const hidden = workspace === undefined ? undefined : requireRole(state, env.actor, workspace, 'viewer');
    if (hidden) return hidden;
  }
  const had = new Set(session.subscriptions);
  const added = [...new Set(uris)].filter((uri) => !had.has(uri));
  const full = added.length === 0 ? undefined : noRoomFor(state, session, added.length, env.limits);
  return full ?? just(eventOf('session.subscribed', sessionId, added));
};

/** Ends subscriptions, in one event; does nothing if there are none. */
export const unsubscribeSession: Rule<SubscribeSession, void> = (state, { sessionId, uris }, env) => {
  const session = sessionOf(state, sessionId, env);
  if (session instanceof HubError) return session;
  const had = new Set(session.subscriptions);
  return just(
    eventOf(
      'session.unsubscribed',
      sessionId,
      [...new Set(uris)].filter((uri) => had.has(uri)),
    ),
  );
};

function eventOf(
  type: 'session.subscribed' | 'session.unsubscribed',
  sessionId: string,
  [uri, ...more]: readonly string[],
): readonly EventBody[] {
  if (uri === undefined) return [];
  return [{ type, sessionId, uri, ...(more.length === 0 ? {} : { more }) }];
}

/** Why a session may not have so many more subscriptions: they are part of the live state, which every dashboard gets. */
function noRoomFor(state: HubState, session: SessionState, more: number, limits: Limits): HubError | undefined {
  const own = session.subscriptions.length + more;
  if (own > limits['subscriptions-per-session']) return limitReached(limits, 'subscriptions-per-session');
  let ofKey = own;
  for (const other of state.sessions.of(session.keyId)) if (other !== session) ofKey += other.subscriptions.length;
  return ofKey > limits['subscriptions-per-key'] ? limitReached(limits, 'subscriptions-per-key') : undefined;
}

export type DropSession = FieldsOfEvent<'session.dropped'>;

/** The connection is lost, the session stays. Does nothing for a session that is dropped or closed already. */
export const dropSession: Rule<DropSession, void> = (state, { sessionId, reason }) => {
  const session = state.sessions.get(sessionId);
  return just(session && session.status !== 'dropped' ? [{ type: 'session.dropped', sessionId, reason }] : []);
};

export interface ResumeSession {
  readonly sessionId: string;
}

/**
 * A dropped session has a connection again; does nothing for one that has. It is the same agent, unless another
 * session got its name meanwhile; one from before keys had agents gets a name. Refuses with `session_unknown`.
 */
export const resumeSession: Rule<ResumeSession, void> = (state, { sessionId }, env) => {
  const session = sessionOf(state, sessionId, env);
  if (session instanceof HubError) return session;
  if (session.status !== 'dropped') return just([]);
  const { given: _asBefore, ...named } = namedAtReturn(state, session, env.limits) ?? {};
  return just([{ type: 'session.resumed', sessionId, ...named }]);
};

/** The name that a session gets as it comes back; undefined where it keeps its own, or waits for its handshake. */
function namedAtReturn(state: HubState, session: SessionState, limits: Limits): SessionName | undefined {
  const { id: sessionId, keyId, agent, named, given, client } = session;
  const ofClient = client && nameOfClient(client.name);
  if (agent === undefined) {
    return ofClient === undefined
      ? undefined
      : nameAgent(state, { keyId, sessionId, name: ofClient, isGiven: false }, limits);
  }
  const isTaken = state.sessions
    .called(keyId, lookOfName(agent))
    .some((one) => one.status !== 'dropped' && one.id !== sessionId);
  if (!isTaken) return undefined;
  const name = given ?? (named ? undefined : ofClient) ?? agent;
  return nameAgent(state, { keyId, sessionId, name, isGiven: named === true }, limits);
}

export type CloseSession = FieldsOfEvent<'session.closed'>;

/** Ends a session and its places in queues. Locks stay: they belong to the key. Does nothing for a closed session. */
export const closeSession: Rule<CloseSession, void> = (state, { sessionId, reason, traffic }) => {
  const session = state.sessions.get(sessionId);
  if (!session) return just([]);
  return just([...waitsOf(state, session), { type: 'session.closed', sessionId, reason, traffic }]);
};

function waitsOf({ locks }: HubState, { id, keyId }: SessionState): readonly EventBody[] {
  if (locks.awaitedBy(keyId).size === 0) return [];
  return locks
    .of(keyId)
    .flatMap((lock) =>
      lock.waiters
        .filter((waiter) => waiter.sessionId === id)
        .map((waiter) => waiterRefusal(lock, waiter, 'cancelled')),
    );
}

function sessionOf(state: HubState, sessionId: string, { actor }: RuleEnv): SessionState | HubError {
  const session = state.sessions.get(sessionId);
  if (!session || (actor.kind === 'agent' && actor.key !== session.keyId)) {
    return new HubError(
      'session_unknown',
      'There is no such session; it was closed or never opened. Connect and initialise again.',
      {
        details: { sessionId },
      },
    );
  }
  return session;
}

function just(events: readonly EventBody[]): Decision<void> {
  return { events, answer: () => undefined };
}
