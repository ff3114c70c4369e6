import { createHmac } from 'node:crypto';
import path from 'node:path';
import { freshSecret, readSecret, writeSecret } from '../../hub/data-dir/kept-secret.ts';
import { unwritable } from '../../hub/data-dir/data-dir.ts';
import type { Logger } from '../../hub/logger.ts';

/**
 * Makes the secrets of the keys of `signalbox connect` from a secret of the data directory, for its owner alone: such a
 * key can be given out at each start, although the log has only its hash.
 */
export class ConnectSecret {
  readonly #dataDir: string;
  readonly #logger: Logger;
  #secret: Buffer | undefined;

  constructor(dataDir: string, logger: Logger) {
    this.#dataDir = dataDir;
    this.#logger = logger;
  }

  /**
   * The secret of the key that was made with this salt: `sbx_` and 32 bytes in base64url. Always the same.
   *
   * @throws HubError `data_dir_unwritable` where the data directory has no secret yet and takes none
   */
  of(salt: string): string {
    this.#secret ??= this.#kept();
    const mac = createHmac('sha256', this.#secret).update(`signalbox connect key ${salt}`).digest('base64url');
    return `sbx_${mac}`;
  }

  #kept(): Buffer {
    const file = path.join(this.#dataDir, 'connect.secret');
    const kept = readSecret(file, 'the secret for the keys of "signalbox connect"', this.#logger);
    if (kept) return kept;
    const fresh = freshSecret();
    try {
      // Kept before the first key is made with it: otherwise that key would be lost with this launch.
      writeSecret(file, fresh);
    } catch (error) {
      throw unwritable(this.#dataDir, error);
    }
    return fresh;
  }
}
