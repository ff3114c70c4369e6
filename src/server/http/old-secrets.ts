import type { Socket } from 'node:net';
import type { Hub } from '../../hub/hub.ts';
import { isSecretGood } from '../../hub/permission.ts';
import { secretsOpenOn } from './auth.ts';
import { cutSocket } from './cut-sockets.ts';

/** How often the clock is read while a time runs, in ms: it may be set meanwhile. */
const EVERY_MS = 500;

/**
 * Ends what a replaced secret opened once its time is over. Each request is checked anyway; this is for streams, calls,
 * uploads and downloads that are open. The session stays: a client with the new secret goes on in it. Connections are
 * looked at when a key is given a new secret, and when a time is over.
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
      let isNew = false;
      for (const { event } of batch) {
        if (event.type !== 'key.rotated') continue;
        this.#rotated.add(event.keyId);
        isNew = true;
      }
      if (isNew) this.#look();
    });
    this.#wait();
  }

  close(): void {
    this.#stop();
    this.#hub.timers.clearTimeout(this.#handle);
  }

  #look(): void {
    const now = this.#hub.now();
    for (const socket of this.#sockets) {
      for (const { keyId, sha256 } of secretsOpenOn(socket)) {
        const key = this.#rotated.has(keyId) ? this.#hub.state.keys.get(keyId) : undefined;
        if (key && !isSecretGood(key, sha256, now)) {
          cutSocket(socket, 'Its key was given a new secret, and the time of the old one is over.');
        }
      }
    }
    for (const id of this.#rotated) {
      if (this.#untilOf(id) <= now) this.#rotated.delete(id);
    }
    this.#wait();
  }

  #wait(): void {
    this.#hub.timers.clearTimeout(this.#handle);
    if (this.#rotated.size === 0) return;
    const first = Math.min(...[...this.#rotated].map((id) => this.#untilOf(id)));
    const left = first - this.#hub.now();
    if (left <= 0) this.#look();
    else this.#handle = this.#hub.timers.setTimeout(() => this.#wait(), Math.min(left, EVERY_MS));
  }

  /** When the old secret of a key ends, in ms since the epoch; 0 where it has none any more. */
  #untilOf(keyId: string): number {
    return this.#hub.state.keys.get(keyId)?.oldSecret?.until ?? 0;
  }
}
