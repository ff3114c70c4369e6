import type { Actor } from '../../protocol/envelope.ts';
import { limitReached, type Limits } from '../limits.ts';

/** The bytes of contents that are held in memory as a whole, until they are on disk or refused. */
export class ContentRoom {
  readonly #limits: Limits;
  readonly #ofKeys = new Map<string, number>();
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Room for a content until the answer is called; it may be called twice. Throws `limit_reached`, but a content that
   * is alone is always taken.
   */
  take(actor: Actor, bytes: number): () => void {
    const key = actor.kind === 'agent' ? actor.key : undefined;
    const own = key === undefined ? 0 : (this.#ofKeys.get(key) ?? 0);
    if (own > 0 && own + bytes > this.#limits['write-bytes-per-key'])
      throw limitReached(this.#limits, 'write-bytes-per-key', actor);
    if (this.#bytes > 0 && this.#bytes + bytes > this.#limits['write-bytes-in-all'])
      throw limitReached(this.#limits, 'write-bytes-in-all', actor);
    this.#add(key, bytes);
    let isTaken = true;
    return () => {
      if (isTaken) this.#add(key, -bytes);
      isTaken = false;
    };
  }

  #add(key: string | undefined, bytes: number): void {
    this.#bytes += bytes;
    if (key === undefined) return;
    const own = (this.#ofKeys.get(key) ?? 0) + bytes;
    if (own === 0) this.#ofKeys.delete(key);
    else this.#ofKeys.set(key, own);
  }
}
