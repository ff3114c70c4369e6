import { HubError } from '../../protocol/errors.ts';
import { networkOf } from '../http/client-address.ts';
import { FairMap } from '../http/fair-map.ts';

/** Addresses that are remembered, the ones that asked last. */
const MOST_ADDRESSES = 500;
const MINUTE_MS = 60_000;

/** How often one address may ask within a minute, by a token bucket. An IPv6 network of a host counts as one. */
export class AddressRate {
  readonly #perMinute: number;
  readonly #elapsed: () => number;
  readonly #buckets = new FairMap<string, { readonly tokens: number; readonly at: number }>(MOST_ADDRESSES);

  /** @param elapsed ms on a clock that never jumps */
  constructor(perMinute: number, elapsed: () => number) {
    this.#perMinute = perMinute;
    this.#elapsed = elapsed;
  }

  /** Counts one; answers `rate_limited` where there were too many. */
  take(address: string): HubError | undefined {
    const network = networkOf(address);
    const at = this.#elapsed();
    const before = this.#buckets.get(network) ?? { tokens: this.#perMinute, at };
    const tokens = Math.min(this.#perMinute, before.tokens + ((at - before.at) / MINUTE_MS) * this.#perMinute);
    if (tokens < 1) {
      const retryAfterMs = Math.ceil(((1 - tokens) / this.#perMinute) * MINUTE_MS);
      const what = `This address may ask ${this.#perMinute} times a minute, and has asked more often: wait, and try again.`;
      return new HubError('rate_limited', what, { retryAfterMs, details: { limit: this.#perMinute } });
    }
    this.#buckets.set(network, network, { tokens: tokens - 1, at });
    return undefined;
  }
}
