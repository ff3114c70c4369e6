import type { Hub, Told } from '../../../hub/hub.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import { guideUri, workspaceIn } from '../../../protocol/uris.ts';
import type { Receipt, Receipts } from '../../frames/deliveries.ts';
import type { AgentSession, Notice } from './agent-session.ts';
import type { EventStream } from '../stream/event-stream.ts';
import { wants } from '../rpc/log-level.ts';
import { levelOf, listenNotice, type ListenNotice, messageNotice, updatedNotice } from './notice.ts';
import { changedUris, isWorkspaceEvent, type WorkspaceEvent } from '../../../protocol/workspace-events.ts';

/** An open `subscriptions/listen` stream. */
export interface Listening {
  readonly session: AgentSession;
  deliver(notice: ListenNotice, seq: number, receipts: Receipt[] | undefined): void;
}

/** What follows from an event for the sessions themselves, apart from being told of it. */
export interface AccessChanges {
  /** A key's role in a workspace is another, or none (`gone`) any more. */
  roleChanged(keyId: string, workspace: string, gone: boolean): void;
  keyRevoked(keyId: string): void;
  workspaceDeleted(workspace: string): void;
}

/**
 * Tells agents what happened, when it is on disk: one listener on the hub, each message made once,
 * the same bytes written to every stream that is to have it.
 *
 * Whether a key may read a workspace is decided when it subscribes ({@link subscribe}); losing the role
 * takes the subscription away ({@link AccessChanges}) before the next event is told.
 */
export class Broadcast {
  readonly #hub: Hub;
  readonly #receipts: Receipts;
  readonly #subscribers = new Map<string, Set<AgentSession>>();
  readonly #listeners = new Map<string, Set<Listening>>();
  readonly #logging = new Set<AgentSession>();
  readonly #stop: () => void;
  #access: AccessChanges | undefined;
  #toldSeq: number;
  /** While a batch of several events is told: the streams whose writes are held together. */
  #held: Set<EventStream> | undefined;

  constructor(hub: Hub, receipts: Receipts) {
    this.#hub = hub;
    this.#receipts = receipts;
    this.#toldSeq = hub.state.seq;
    this.#stop = hub.subscribe((batch) => {
      if (batch.length > 1) this.#held = new Set();
      for (const told of batch) this.#tell(told);
      for (const stream of this.#held ?? []) stream.release();
      this.#held = undefined;
    });
  }

  /** Seq of the last event that was told to whom it concerned. */
  get toldSeq(): number {
    return this.#toldSeq;
  }

  /** Who is asked to act when access changes. */
  onAccess(access: AccessChanges): void {
    this.#access = access;
  }

  /**
   * Whether a key may be told what was kept for it of a workspace. Of a deleted one there are no roles
   * left to ask: what was to be told of it still is.
   */
  mayBeTold(keyId: string, workspace: string): boolean {
    if (this.#hub.state.workspaces.has(workspace)) return this.#hasRole(keyId, workspace);
    return !this.#isRevoked(keyId);
  }

  /** Whether a key may be told of a URI, as things stand. */
  #mayHear(keyId: string, uri: string): boolean {
    const workspace = workspaceIn(uri);
    return workspace === undefined ? uri === guideUri : this.#hasRole(keyId, workspace);
  }

  /** Tells a session of a URI from now on, if it may hear of it: what it once subscribed to it may have lost since. */
  subscribe(session: AgentSession, uri: string): void {
    if (this.#mayHear(session.keyId, uri)) add(this.#subscribers, uri, session);
  }

  unsubscribe(session: AgentSession, uri: string): void {
    remove(this.#subscribers, uri, session);
  }

  /** Tells an open listen stream of a URI until the returned function is called. */
  listen(listening: Listening, uri: string): () => void {
    add(this.#listeners, uri, listening);
    return () => remove(this.#listeners, uri, listening);
  }

  /** The session has set its logging level. */
  setLogging(session: AgentSession): void {
    this.#logging.add(session);
  }

  /** Forgets a session that closes, with what it listens to. */
  forget(session: AgentSession, uris: readonly string[]): void {
    for (const uri of uris) {
      this.unsubscribe(session, uri);
      for (const listening of this.#listeners.get(uri) ?? []) {
        if (listening.session === session) remove(this.#listeners, uri, listening);
      }
    }
    this.#logging.delete(session);
  }

  /** What a session would have been told of an event: to tell it again to a client that comes back. */
  noticesFor(told: Told, session: AgentSession, uris: ReadonlySet<string>): readonly Notice[] {
    const { event } = told;
    if (!isWorkspaceEvent(event) || !this.#hasRole(session.keyId, event.workspace)) return [];
    const notices: Notice[] = [];
    for (const [index, uri] of changedUris(event).entries()) {
      if (uris.has(uri)) notices.push(updatedNotice(told, uri, index, event.at));
    }
    return notices;
  }

  close(): void {
    this.#stop();
    this.#subscribers.clear();
    this.#listeners.clear();
    this.#logging.clear();
  }

  #tell(told: Told): void {
    const { event } = told;
    this.#toldSeq = event.seq;
    if (event.type === 'key.revoked') this.#access?.keyRevoked(event.keyId);
    if (!isWorkspaceEvent(event)) return;
    const at = this.#hub.now();
    const receipts = event.type.startsWith('file.') ? this.#receipts.begin(event.seq) : undefined;
    for (const [index, uri] of changedUris(event).entries()) {
      const sessions = this.#subscribers.get(uri);
      if (sessions) {
        const notice = updatedNotice(told, uri, index, at);
        for (const session of sessions) {
          this.#hold(session.stream);
          session.deliver(notice, index === 0 ? receipts : undefined);
        }
      }
      const listeners = this.#listeners.get(uri);
      if (listeners) {
        const notice = listenNotice(told, uri);
        for (const listener of listeners) listener.deliver(notice, event.seq, index === 0 ? receipts : undefined);
      }
    }
    if (this.#logging.size > 0) this.#log(told, event, at);
    if (receipts) this.#receipts.settle(receipts);
    this.#changeAccess(event);
  }

  #log(told: Told, event: WorkspaceEvent, at: number): void {
    const level = levelOf(told);
    let notice: Notice | undefined;
    for (const session of this.#logging) {
      if (session.logLevel === undefined || !wants(session.logLevel, level)) continue;
      if (!this.#hasRole(session.keyId, event.workspace)) continue;
      notice ??= messageNotice(told, level, at);
      session.deliver(notice, undefined);
    }
  }

  #hold(stream: EventStream | undefined): void {
    if (!this.#held || !stream || this.#held.has(stream)) return;
    this.#held.add(stream);
    stream.hold();
  }

  /** Of a deleted workspace there are no roles left to ask: only those that subscribed to it are told. */
  #hasRole(keyId: string, workspace: string): boolean {
    return this.#hub.state.workspaces.get(workspace)?.roles[keyId] !== undefined && !this.#isRevoked(keyId);
  }

  /** A revoked key keeps its roles, for the record. */
  #isRevoked(keyId: string): boolean {
    return this.#hub.state.keys.get(keyId)?.revokedAt !== undefined;
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
