import type { Hub } from '../../../hub/hub.ts';
import { HUB } from '../../../hub/rule.ts';
import { unsubscribeSession } from '../../../hub/rules/sessions.ts';
import { workspaceIn } from '../../../protocol/uris.ts';
import type { AccessChanges, Broadcast } from './broadcast.ts';
import type { CutCode } from './session-work.ts';
import type { SessionRegistry } from './session-registry.ts';

/** How often expiry dates are looked at, in ms. */
const EVERY_MS = 1_000;

/**
 * Takes sessions the access that their key has lost: by revocation or expiry, with a role, or with a
 * workspace. Requests are checked for their key anyway; this is for streams that are open, and for
 * subscriptions.
 *
 * It goes through all sessions of the log's state, as one that was not used since a restart goes on with
 * the subscriptions that it has there.
 */
export class SessionAccess implements AccessChanges {
  readonly #hub: Hub;
  readonly #broadcast: Broadcast;
  readonly #registry: SessionRegistry;
  #timer: unknown;

  constructor(parts: { hub: Hub; broadcast: Broadcast; registry: SessionRegistry }) {
    this.#hub = parts.hub;
    this.#broadcast = parts.broadcast;
    this.#registry = parts.registry;
    this.#broadcast.onAccess(this);
    this.#armExpiry();
  }

  keyRevoked(keyId: string): void {
    this.#closeAll(keyId, 'Its key was revoked.', 'key_revoked');
  }

  keySuspended(keyId: string): void {
    this.#closeAll(keyId, 'Its key was suspended.', 'key_suspended');
  }

  #closeAll(keyId: string, reason: string, code: CutCode): void {
    for (const state of this.#registry.states()) {
      if (state.keyId === keyId) this.#registry.closeSoon(state.id, reason, code);
    }
  }

  toolsChanged(keyId: string): void {
    for (const state of this.#registry.states()) {
      if (state.keyId === keyId) this.#registry.live(state.id)?.toolsChanged();
    }
  }

  roleChanged(keyId: string, workspace: string, gone: boolean): void {
    for (const state of this.#registry.states()) {
      if (state.keyId !== keyId) continue;
      const session = this.#registry.live(state.id);
      session?.toolsChanged();
      if (!gone) continue;
      const wasSubscribed = this.#unsubscribe(state.id, workspace);
      session?.workspaceLost(workspace, wasSubscribed);
    }
  }

  workspaceDeleted(workspace: string): void {
    for (const { id } of this.#registry.states()) this.#unsubscribe(id, workspace);
  }

  close(): void {
    this.#hub.timers.clearTimeout(this.#timer);
  }

  /** Takes away a session's subscriptions in a workspace; returns whether there were any. */
  #unsubscribe(sessionId: string, workspace: string): boolean {
    const session = this.#registry.live(sessionId);
    const uris = (this.#hub.state.sessions.get(sessionId)?.subscriptions ?? []).filter(
      (uri) => workspaceIn(uri) === workspace,
    );
    if (uris.length === 0) return false;
    for (const uri of uris) if (session) this.#broadcast.unsubscribe(session, uri);
    this.#registry.logChange(() => this.#hub.commit(unsubscribeSession, { sessionId, uris }, HUB));
    return true;
  }

  #armExpiry(): void {
    this.#timer = this.#hub.timers.setTimeout(() => {
      this.#closeExpired();
      this.#armExpiry();
    }, EVERY_MS);
  }

  /** Closes the sessions of expired keys. By the wall clock, so that setting it counts. */
  #closeExpired(): void {
    const now = this.#hub.now();
    for (const { id, keyId } of this.#registry.states()) {
      const expiresAt = this.#hub.state.keys.get(keyId)?.expiresAt;
      if (expiresAt !== undefined && expiresAt <= now) {
        this.#registry.closeSoon(id, 'Its key has expired.', 'key_expired');
      }
    }
  }
}
