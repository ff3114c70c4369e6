import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { HubError } from '../../protocol/errors.ts';
import type { LinkState } from '../../protocol/state.ts';
import type { Timers } from '../timers.ts';

/** Wrong passwords of one link within {@link WINDOW_MS}, before it takes no more for a while. */
const MOST_WRONG = 10;
const WINDOW_MS = 10 * 60_000;
const HASH_BYTES = 32;

/** Salt and scrypt hash of a password, as `link.created` has them. */
export async function passwordHash(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('base64url')}.${(await derived(password, salt)).toString('base64url')}`;
}

/** Checks passwords of links. Guessing is limited by link, whoever guesses. */
export class LinkPasswords {
  readonly #timers: Pick<Timers, 'elapsed'>;
  /** By link id: tries that were not right, and until when they count. */
  readonly #wrong = new Map<string, { count: number; readonly until: number }>();
  /** By link id: digest of the password that was right, as each part of a download brings it again. */
  readonly #right = new Map<string, string>();

  constructor(timers: Pick<Timers, 'elapsed'>) {
    this.#timers = timers;
  }

  /** @throws HubError `unauthorized` for no or a wrong password, `rate_limited` after too many */
  async check({ id, passwordHash: hash }: LinkState, given: string | undefined): Promise<void> {
    if (hash === undefined) return;
    if (given === undefined) throw new HubError('unauthorized', 'This link needs its password.');
    const digest = createHash('sha256').update(given).digest('hex');
    if (this.#right.get(id) === digest) return;
    this.#take(id); // before the hash, which takes time: many tries at once are many tries
    const [salt = '', wanted = ''] = hash.split('.');
    const made = await derived(given, Buffer.from(salt, 'base64url'));
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
