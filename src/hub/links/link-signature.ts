import { createHmac, timingSafeEqual } from 'node:crypto';
import path from 'node:path';
import { freshSecret, readSecret, writeSecret } from '../data-dir/kept-secret.ts';
import type { Logger } from '../logger.ts';

/** How signatures begin, by which they are known as secrets. */
const PREFIX = 'sbl_';

/** Signs the addresses of links with a secret of the data directory, which is made when it is first needed. */
export class LinkSignature {
  readonly #file: string;
  readonly #logger: Logger | undefined;
  #secret: Buffer | undefined;

  constructor(dataDir: string, logger: Logger | undefined) {
    this.#file = path.join(dataDir, 'link.secret');
    this.#logger = logger;
  }

  of(linkId: string): string {
    return PREFIX + createHmac('sha256', this.#value()).update(linkId).digest('base64url');
  }

  /** Takes the same time for every signature, of a link that there is or was or never was. */
  isOf(linkId: string, signature: string): boolean {
    const [mine, given] = [this.of(linkId), signature].map((text) =>
      createHmac('sha256', 'alike').update(text).digest(),
    );
    return mine !== undefined && given !== undefined && timingSafeEqual(mine, given);
  }

  /** A lost one is made anew: the links of before are over then. One that cannot be kept lasts until the hub ends. */
  #value(): Buffer {
    const kept = (this.#secret ??= readSecret(this.#file, 'the secret for download links', this.#logger));
    if (kept) return kept;
    this.#secret = freshSecret();
    try {
      writeSecret(this.#file, this.#secret);
    } catch (error) {
      this.#logger?.warn({ err: error, file: this.#file }, 'the secret for download links cannot be kept');
    }
    return this.#secret;
  }
}
