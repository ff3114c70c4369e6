import type { HubApi } from '../protocol/api.ts';

/** Keys that are asked for at once, as many as the hub answers. */
const AT_ONCE = 1_000;

/** Names of keys that were revoked so long ago that the hub's state has them no more; fetched when first shown. */
export class PastNames {
  readonly #hub: HubApi;
  readonly #names = new Map<string, string>();
  readonly #asked = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #waiting: string[] = [];

  constructor(hub: HubApi) {
    this.#hub = hub;
  }

  /** The name of a key, once it was fetched. */
  of(keyId: string): string | undefined {
    return this.#names.get(keyId);
  }

  /** Fetches the name of a key, together with all others that are asked for in this turn. */
  ask(keyId: string): void {
    if (this.#asked.has(keyId)) return;
    this.#asked.add(keyId);
    if (this.#waiting.length === 0) queueMicrotask(() => void this.#fetch());
    this.#waiting.push(keyId);
  }

  /** Calls `listener` when names have come; returns the unsubscribe. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  async #fetch(): Promise<void> {
    const keyIds = this.#waiting.splice(0, AT_ONCE);
    if (this.#waiting.length > 0) queueMicrotask(() => void this.#fetch());
    try {
      for (const [keyId, name] of Object.entries(await this.#hub.keyNames({ keyIds }))) this.#names.set(keyId, name);
      for (const listener of this.#listeners) listener();
    } catch {
      for (const keyId of keyIds) this.#asked.delete(keyId); // the connection was lost: asked again when shown again
    }
  }
}
