import type { Hub, EncodedEvent } from '../../../hub/hub.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import { hasNoun } from '../../../protocol/noun.ts';
import { guideUri, workspaceIn } from '../../../protocol/uris.ts';
import type { Delivery, Deliveries } from '../../taps/deliveries.ts';
import type { AgentSession } from './agent-session.ts';
import type { EventStream } from '../stream/event-stream.ts';
import { wants } from '../rpc/log-level.ts';
import {
  listenNotice,
  type ListenNotice,
  messageNotice,
  type Notice,
  type NoticeTime,
  updatedNotice,
} from './notice.ts';
import { changedUris, isNotified, noticeLevel, type NotifiedEvent } from '../../../protocol/notified-events.ts';

/** An open `subscriptions/listen` stream. */
export interface ListenSubscriber {
  readonly session: AgentSession;
  deliver(notice: ListenNotice, seq: number, deliveries: Delivery[] | undefined): void;
}

/** What changes of access do to sessions. */
export interface AccessChanges {
  /** A key's role in a workspace has changed; `gone`: it has none any more. */
  roleChanged(keyId: string, workspace: string, gone: boolean): void;
  keyRevoked(keyId: string): void;
  keySuspended(keyId: string): void;
  /** The person chose which tools a key has. */
  toolsChanged(keyId: string): void;
  workspaceDeleted(workspace: string): void;
}

/**
 * Notifies agents of events that are on disk: one listener on the hub, each message made once, the same
 * bytes written to the stream of every subscriber.
 *
 * Whether a key may read a workspace is checked when it subscribes ({@link subscribe}); losing the role
 * takes the subscription away ({@link AccessChanges}) before the next event is sent.
 */
export class Broadcast {
  readonly #hub: Hub;
  readonly #deliveries: Deliveries;
  readonly #subscribers = new Map<string, Set<AgentSession>>();
  readonly #listeners = new Map<string, Set<ListenSubscriber>>();
  readonly #logging = new Set<AgentSession>();
  readonly #stop: () => void;
  #access: AccessChanges | undefined;
  #notifiedSeq: number;
  /** While a batch of several events is sent: the streams whose writes are held back to go out together. */
  #held: Set<EventStream> | undefined;

  constructor(hub: Hub, deliveries: Deliveries) {
    this.#hub = hub;
    this.#deliveries = deliveries;
    this.#notifiedSeq = hub.state.seq;
    this.#stop = hub.subscribe((batch) => {
      if (batch.length > 1) this.#held = new Set();
      for (const encoded of batch) this.#notify(encoded);
      for (const stream of this.#held ?? []) stream.release();
      this.#held = undefined;
    });
  }

  /** Seq of the last event that its subscribers have been notified of. */
  get notifiedSeq(): number {
    return this.#notifiedSeq;
  }

  /** Sets what acts on changes of access. */
  onAccess(access: AccessChanges): void {
    this.#access = access;
  }

  /**
   * Whether a key may be sent what was kept for it about a workspace. A deleted workspace has no roles
   * left to check: what was kept about it is still sent.
   */
  mayNotify(keyId: string, workspace: string): boolean {
    if (this.#hub.state.workspaces.has(workspace)) return this.#hasRole(keyId, workspace);
    return !this.#isRevoked(keyId);
  }

  /** Whether a key may subscribe to a URI now. */
  #maySubscribe(keyId: string, uri: string): boolean {
    const workspace = workspaceIn(uri);
    return workspace === undefined ? uri === guideUri : this.#hasRole(keyId, workspace);
  }

  /** Notifies a session of a URI from now on, if it may read that: it may have lost what it once subscribed to. */
  subscribe(session: AgentSession, uri: string): void {
    if (this.#maySubscribe(session.keyId, uri)) add(this.#subscribers, uri, session);
  }

  unsubscribe(session: AgentSession, uri: string): void {
    remove(this.#subscribers, uri, session);
  }

  /** Notifies a listen stream of a URI until the returned function is called. */
  listen(subscriber: ListenSubscriber, uri: string): () => void {
    add(this.#listeners, uri, subscriber);
    return () => remove(this.#listeners, uri, subscriber);
  }

  /** The session has set its logging level. */
  setLogging(session: AgentSession): void {
    this.#logging.add(session);
  }

  /** Forgets a session that closes, and its listen streams. */
  forget(session: AgentSession, uris: readonly string[]): void {
    for (const uri of uris) {
      this.unsubscribe(session, uri);
      for (const subscriber of this.#listeners.get(uri) ?? []) {
        if (subscriber.session === session) remove(this.#listeners, uri, subscriber);
      }
    }
    this.#logging.delete(session);
  }

  /** What a session was notified of by an event: to send it again to a client that comes back. */
  noticesFor(encoded: EncodedEvent, session: AgentSession, uris: ReadonlySet<string>): readonly Notice[] {
    const { event } = encoded;
    if (!isNotified(event) || !this.#hasRole(session.keyId, event.workspace)) return [];
    const at = { at: this.#hub.timers.elapsed(), sentAt: this.#hub.now() };
    const notices: Notice[] = [];
    for (const [index, uri] of changedUris(event).entries()) {
      if (uris.has(uri)) notices.push(updatedNotice(encoded, uri, index, at));
    }
    return notices;
  }

  close(): void {
    this.#stop();
    this.#subscribers.clear();
    this.#listeners.clear();
    this.#logging.clear();
  }

  #notify(encoded: EncodedEvent): void {
    const { event } = encoded;
    this.#notifiedSeq = event.seq;
    if (event.type === 'key.revoked') this.#access?.keyRevoked(event.keyId);
    if (event.type === 'key.suspended') this.#access?.keySuspended(event.keyId);
    if (event.type === 'key.tools_set') this.#access?.toolsChanged(event.keyId);
    if (!isNotified(event)) return;
    const at = { at: this.#hub.timers.elapsed(), sentAt: this.#hub.now() };
    const deliveries = hasNoun(event, 'file') ? this.#deliveries.begin(event.seq) : undefined;
    for (const [index, uri] of changedUris(event).entries()) {
      const sessions = this.#subscribers.get(uri);
      if (sessions) {
        const notice = updatedNotice(encoded, uri, index, at);
        for (const session of sessions) {
          this.#hold(session.stream);
          session.deliver(notice, index === 0 ? deliveries : undefined);
        }
      }
      const listeners = this.#listeners.get(uri);
      if (listeners) {
        const notice = listenNotice(encoded, uri);
        for (const listener of listeners) listener.deliver(notice, event.seq, index === 0 ? deliveries : undefined);
      }
    }
    if (this.#logging.size > 0) this.#log(encoded, event, at);
    if (deliveries) this.#deliveries.end(event.seq);
    this.#changeAccess(event);
  }

  #log(encoded: EncodedEvent, event: NotifiedEvent, at: NoticeTime): void {
    const level = noticeLevel(event);
    let notice: Notice | undefined;
    for (const session of this.#logging) {
      if (session.logLevel === undefined || !wants(session.logLevel, level)) continue;
      if (!this.#hasRole(session.keyId, event.workspace)) continue;
      notice ??= messageNotice(encoded, level, at);
      session.deliver(notice, undefined);
    }
  }

  #hold(stream: EventStream | undefined): void {
    if (!this.#held || !stream || this.#held.has(stream)) return;
    this.#held.add(stream);
    stream.hold();
  }

  /** False for a deleted workspace, which has no roles left: only its subscribers are notified of the end. */
  #hasRole(keyId: string, workspace: string): boolean {
    return this.#hub.state.workspaces.get(workspace)?.roles[keyId] !== undefined && !this.#isRevoked(keyId);
  }

  /** A revoked key keeps its roles for as long as the state has it, and a suspended one until it is resumed. */
  #isRevoked(keyId: string): boolean {
    const key = this.#hub.state.keys.get(keyId);
    return key?.revokedAt !== undefined || key?.suspendedAt !== undefined;
  }

  #changeAccess(event: HubEvent): void {
    if (event.type === 'member.set') this.#access?.roleChanged(event.keyId, event.workspace, false);
    if (event.type === 'member.removed') this.#access?.roleChanged(event.keyId, event.workspace, true);
    if (event.type === 'workspace.deleted') this.#access?.workspaceDeleted(event.workspace);
  }
}

function add<T>(sets: Map<string, Set<T>>, uri: string, one: T): void {
  const set = sets.get(uri);
  if (set) set.add(one);
  else sets.set(uri, new Set([one]));
}

function remove<T>(sets: Map<string, Set<T>>, uri: string, one: T): void {
  const set = sets.get(uri);
  if (set?.delete(one) && set.size === 0) sets.delete(uri);
}
