import { HubError } from '../protocol/errors.ts';

/** So much of one kind of work may each party have under way at once: none makes the others wait for long. */
export class PartyTurns {
  readonly #most: number;
  readonly #what: string;
  readonly #retryAfterMs: number;
  readonly #ofParty = new Map<string, number>();

  /** @param what the work in the plural, for the refusal */
  constructor(options: { readonly most: number; readonly what: string; readonly retryAfterMs: number }) {
    this.#most = options.most;
    this.#what = options.what;
    this.#retryAfterMs = options.retryAfterMs;
  }

  /** Does a piece of work of a party. @throws HubError `limit_reached` where it has too much under way */
  async run<T>(party: string, work: () => Promise<T>): Promise<T> {
    const count = (this.#ofParty.get(party) ?? 0) + 1;
    if (count > this.#most) {
      throw new HubError(
        'limit_reached',
        `${this.#most} ${this.#what} of yours are under way, and that is the most; ask again when one of them is answered.`,
        { retryAfterMs: this.#retryAfterMs },
      );
    }
    this.#ofParty.set(party, count);
    try {
      return await work();
    } finally {
      const left = (this.#ofParty.get(party) ?? 1) - 1;
      if (left > 0) this.#ofParty.set(party, left);
      else this.#ofParty.delete(party);
    }
  }
}
