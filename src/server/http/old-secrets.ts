import type { Socket } from 'node:net';
import type { Hub } from '../../hub/hub.ts';
import { isSecretGood } from '../../hub/permission.ts';
import { secretOn } from './auth.ts';
import { cutSocket } from './cut-sockets.ts';

/** How often it is looked whether the time of a replaced secret is over, in ms. */
const EVERY_MS = 500;

/**
 * Ends the connections that a replaced secret opened once its time is over. Each request is checked anyway; this is
 * for streams and calls that are open. The session stays: a client with the new secret goes on in it.
 */
export class OldSecrets {
  readonly #hub: Hub;
  readonly #sockets: ReadonlySet<Socket>;
  /** Ids of keys whose old secret may be in use. */
  readonly #rotated = new Set<string>();
  readonly #stop: () => void;
  #handle: unknown;

  constructor(hub: Hub, sockets: ReadonlySet<Socket>) {
    this.#hub = hub;
    this.#sockets = sockets;
    for (const { id, oldSecret } of hub.state.keys.values()) {
      if (oldSecret && oldSecret.until > hub.now()) this.#rotated.add(id);
    }
    this.#stop = hub.subscribe((batch) => {
      for (const { event } of batch) if (event.type === 'key.rotated') this.#rotated.add(event.keyId);
      this.#look();
    });
    this.#look();
  }

  close(): void {
    this.#stop();
    this.#hub.timers.clearTimeout(this.#handle);
  }

  #look(): void {
    if (this.#rotated.size === 0) return;
    this.#hub.timers.clearTimeout(this.#handle);
    const now = this.#hub.now();
    for (const socket of this.#sockets) {
      const used = secretOn(socket);
      const key = used?.keyId !== undefined && this.#rotated.has(used.keyId) && this.#hub.state.keys.get(used.keyId);
      if (used && key && !isSecretGood(key, used.sha256, now)) {
        cutSocket(socket, 'Its key was given a new secret, and the time of the old one is over.');
      }
    }
    for (const id of this.#rotated) {
      if ((this.#hub.state.keys.get(id)?.oldSecret?.until ?? 0) <= now) this.#rotated.delete(id);
    }
    if (this.#rotated.size > 0) this.#handle = this.#hub.timers.setTimeout(() => this.#look(), EVERY_MS);
  }
}
