import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { keptSecret } from '../../hub/data-dir/kept-secret.ts';
import type { Logger } from '../../hub/logger.ts';

const WHAT = 'the secret for the logins of agents';

/** Signs what clients that log in are given to keep, with a secret of the data directory: the hub itself keeps none of it. */
export class LoginSigner {
  readonly #secret: Buffer;

  /** @throws HubError `data_dir_unwritable` */
  constructor(dataDir: string, logger: Logger) {
    this.#secret = keptSecret(dataDir, 'agent-login.secret', WHAT, logger);
  }

  /** A refresh token for a key and a client: `sbr_`, the key's id, random bytes, and a signature of all. */
  refreshToken(keyId: string, clientId: string): string {
    const salt = randomBytes(24).toString('base64url');
    return `sbr_${keyId}.${salt}.${this.sign(`refresh ${keyId} ${salt} ${clientId}`)}`;
  }

  /** The key of a refresh token that this hub once gave to this client; undefined for any other text. */
  keyOfRefresh(token: string, clientId: string): string | undefined {
    const [, keyId = '', salt = '', signature = ''] =
      /^sbr_([\w-]{1,100})\.([\w-]{32})\.([\w-]{43})$/u.exec(token) ?? [];
    return keyId !== '' && this.isSigned(`refresh ${keyId} ${salt} ${clientId}`, signature) ? keyId : undefined;
  }

  /** 43 characters of base64url. */
  sign(text: string): string {
    return createHmac('sha256', this.#secret).update(`signalbox agent login ${text}`).digest('base64url');
  }

  isSigned(text: string, signature: string): boolean {
    const [wanted, given] = [Buffer.from(this.sign(text)), Buffer.from(signature)];
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  }
}
