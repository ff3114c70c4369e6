import { SCOPE_VIOLATION } from '../end-reasons.ts';
import type { EventOf, EventsOf } from '../events.ts';
import type { HubState, KeyState, SessionState } from '../state.ts';
import { timeOf } from '../time-of.ts';
import { noteViolation } from './access.ts';
import { noteAgent } from './agents.ts';

type Initialized = EventOf<'session.initialized'>;

/** Sessions that are open or dropped; closed ones leave. */
export function reduceSession(state: HubState, event: EventsOf<'session'>): void {
  switch (event.type) {
    case 'session.opened':
      state.sessions.set(event.sessionId, {
        id: event.sessionId,
        wire: event.wire,
        keyId: event.keyId,
        ...(event.agent === undefined ? {} : { agent: event.agent, named: true }),
        ...(event.given === undefined ? {} : { given: event.given }),
        remote: event.remote,
        ...(event.userAgent === undefined ? {} : { userAgent: event.userAgent }),
        openedAt: timeOf(event),
        status: 'opening',
        since: timeOf(event),
        subscriptions: [],
      });
      noteAgent(state, event.keyId, event, true);
      changeKey(state, event.keyId, (key) => ({
        ...key,
        lastUse: { at: timeOf(event), from: event.remote, session: event.sessionId },
      }));
      return;
    case 'session.initialized':
      noteClient(state, event);
      noteAgent(state, state.sessions.get(event.sessionId)?.keyId, event, event.named);
      return change(state, event.sessionId, (was) => ({
        ...was,
        ...(event.agent === undefined ? {} : { agent: event.agent }),
        ...(event.named === undefined ? {} : { named: event.named }),
        ...(event.given === undefined ? {} : { given: event.given }),
        status: 'ready',
        since: timeOf(event),
        client: {
          name: event.clientName,
          version: event.clientVersion,
          protocolVersion: event.protocolVersion,
          capabilities: event.capabilities,
        },
      }));
    case 'session.subscribed':
      return change(state, event.sessionId, (was) =>
        was.subscriptions.includes(event.uri) && event.more === undefined
          ? was
          : { ...was, subscriptions: [...new Set([...was.subscriptions, event.uri, ...(event.more ?? [])])] },
      );
    case 'session.unsubscribed':
      return change(state, event.sessionId, (was) => ({
        ...was,
        subscriptions: without(was.subscriptions, [event.uri, ...(event.more ?? [])]),
      }));
    case 'session.dropped':
      return change(state, event.sessionId, (was) => ({
        ...was,
        status: 'dropped',
        since: timeOf(event),
        dropReason: event.reason,
      }));
    case 'session.resumed':
      noteAgent(state, state.sessions.get(event.sessionId)?.keyId, event, state.sessions.get(event.sessionId)?.named);
      return change(state, event.sessionId, ({ dropReason: _gone, ...was }) => ({
        ...was,
        ...(event.agent === undefined ? {} : { agent: event.agent }),
        status: was.client ? 'ready' : 'opening',
        since: timeOf(event),
      }));
    case 'session.closed': {
      const keyId = state.sessions.get(event.sessionId)?.keyId;
      state.sessions.delete(event.sessionId);
      if (keyId !== undefined && event.reason === SCOPE_VIOLATION) noteViolation(state, keyId, event);
      return;
    }
    default:
      event satisfies never;
  }
}

function without(uris: readonly string[], gone: readonly string[]): readonly string[] {
  const left = new Set(gone);
  return uris.filter((uri) => !left.has(uri));
}

/** The client of its key's newest session has said what it is. */
function noteClient(state: HubState, { sessionId, clientName: name, clientVersion: version }: Initialized): void {
  changeKey(state, state.sessions.get(sessionId)?.keyId, (key) =>
    key.lastUse?.session === sessionId ? { ...key, lastUse: { ...key.lastUse, client: { name, version } } } : key,
  );
}

function changeKey(state: HubState, id: string | undefined, to: (was: KeyState) => KeyState): void {
  const was = state.keys.get(id ?? '');
  if (was) state.keys.set(was.id, to(was));
}

function change(state: HubState, id: string, to: (was: SessionState) => SessionState): void {
  const was = state.sessions.get(id);
  if (was) state.sessions.set(id, to(was));
}
