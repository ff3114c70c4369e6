import { HubError } from '../../protocol/errors.ts';

/** Requests per second that a key has where other machines can reach the hub, unless something else was asked for. */
export const USUAL_REQUESTS_PER_SECOND = 100;

/** A key that was quiet may send at once what it has in so many seconds. */
const BURST_S = 2;

interface Bucket {
  tokens: number;
  /** Elapsed ms at which it had so many. */
  at: number;
}

/** Requests per second of each key, by a token bucket: refused requests cost nothing more. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #elapsed: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param elapsed ms on a clock that never jumps */
  constructor(perSecond: number, elapsed: () => number) {
    this.#perSecond = perSecond;
    this.#elapsed = elapsed;
  }

  /** Counts a request of a key; answers why it is refused when there were too many. */
  take(keyId: string): HubError | undefined {
    const now = this.#elapsed();
    const most = this.#perSecond * BURST_S;
    let bucket = this.#buckets.get(keyId);
    if (!bucket) this.#buckets.set(keyId, (bucket = { tokens: most, at: now }));
    bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1_000) * this.#perSecond);
    bucket.at = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return undefined;
    }
    return new HubError(
      'rate_limited',
      `This key may send ${this.#perSecond} requests per second, and has sent more: wait, and go on slower.`,
      {
        retryAfterMs: Math.ceil(((1 - bucket.tokens) / this.#perSecond) * 1_000),
        details: { limit: this.#perSecond },
      },
    );
  }
}

/** Whether only programs of this machine reach a server that listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Whether nothing leads to a hub from another machine: no address of its own, no proxy, no tunnel. */
export function isOnlyLocal(reached: {
  readonly host: string;
  readonly publicOrigin: string | undefined;
  readonly allowedHosts: readonly string[];
}): boolean {
  return isLoopback(reached.host) && reached.publicOrigin === undefined && reached.allowedHosts.length === 0;
}

/** The limit for a hub; `undefined`: no limit, as usual where only this machine reaches the hub. */
export function rateLimitFor(
  onlyLocal: boolean,
  asked: number | undefined,
  elapsed: () => number,
): RateLimit | undefined {
  const perSecond = asked ?? (onlyLocal ? 0 : USUAL_REQUESTS_PER_SECOND);
  return perSecond > 0 ? new RateLimit(perSecond, elapsed) : undefined;
}
