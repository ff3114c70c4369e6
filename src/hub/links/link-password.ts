import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { HubError } from '../../protocol/errors.ts';
import type { LinkState } from '../../protocol/state.ts';
import type { Timers } from '../timers.ts';
import { OneByOne } from './one-by-one.ts';

/** Wrong passwords of one link within {@link WINDOW_MS}, before it takes no more for a while. */
const MOST_WRONG = 10;
const WINDOW_MS = 10 * 60_000;
const HASH_BYTES = 32;

/** Passwords of one maker of links that may wait to be hashed. */
const MOST_WAITING = 16;

/**
 * Hashes and checks passwords of links. Guesses are limited by link, not by client. A hash occupies one of the few
 * threads that also read and write files, so hashes are made one by one, and checked one by one.
 */
export class LinkPasswords {
  readonly #making = new OneByOne();
  readonly #checking = new OneByOne();
  /** By maker of links: hashes that are not done. */
  readonly #waiting = new Map<string, number>();
  readonly #timers: Pick<Timers, 'elapsed'>;
  /** By link id: tries that were not right, and until when they count. */
  readonly #wrong = new Map<string, { count: number; readonly until: number }>();
  /** By link id: digest of the password that was right, as each part of a download brings it again. */
  readonly #right = new Map<string, string>();

  constructor(timers: Pick<Timers, 'elapsed'>) {
    this.#timers = timers;
  }

  /**
   * Salt and scrypt hash of a password, as `link.created` has them.
   *
   * @param maker who makes the link: of each only so many wait
   * @throws HubError `rate_limited`
   */
  async hashFor(maker: string, password: string): Promise<string> {
    const waiting = this.#waiting.get(maker) ?? 0;
    if (waiting >= MOST_WAITING) {
      throw new HubError(
        'rate_limited',
        `${MOST_WAITING} links with passwords are being made already: wait until some are done, and make fewer at once.`,
        { retryAfterMs: 1_000 },
      );
    }
    this.#waiting.set(maker, waiting + 1);
    try {
      const salt = randomBytes(16);
      const made = await this.#making.run(() => derived(password, salt));
      return `${salt.toString('base64url')}.${made.toString('base64url')}`;
    } finally {
      const left = (this.#waiting.get(maker) ?? 1) - 1;
      if (left === 0) this.#waiting.delete(maker);
      else this.#waiting.set(maker, left);
    }
  }

  /** @throws HubError `unauthorized` for no or a wrong password, `rate_limited` after too many */
  async check({ id, passwordHash: hash }: LinkState, given: string | undefined): Promise<void> {
    if (hash === undefined) return;
    if (given === undefined) throw new HubError('unauthorized', 'This link needs its password.');
    const digest = createHash('sha256').update(given).digest('hex');
    if (this.#right.get(id) === digest) return;
    this.#take(id); // before the hash, which takes time: many tries at once are many tries
    const [salt = '', wanted = ''] = hash.split('.');
    const made = await this.#checking.run(() => derived(given, Buffer.from(salt, 'base64url')));
    if (!timingSafeEqual(made, Buffer.from(wanted, 'base64url'))) {
      throw new HubError('unauthorized', 'This is not the password of this link.');
    }
    this.#wrong.delete(id);
    this.#right.set(id, digest);
  }

  /** Forgets what is known of a link. */
  forget(linkId: string): void {
    this.#wrong.delete(linkId);
    this.#right.delete(linkId);
  }

  #take(id: string): void {
    const now = this.#timers.elapsed();
    const known = this.#wrong.get(id);
    const tries = known && known.until > now ? known : { count: 0, until: now + WINDOW_MS };
    if (tries.count >= MOST_WRONG) {
      throw new HubError('rate_limited', 'Too many wrong passwords were tried on this link. Try again later.', {
        retryAfterMs: tries.until - now,
      });
    }
    tries.count += 1;
    this.#wrong.set(id, tries);
  }
}

function derived(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, HASH_BYTES, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
