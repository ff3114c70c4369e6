import { createHmac } from 'node:crypto';
import { keptSecret } from '../../hub/data-dir/kept-secret.ts';
import type { Logger } from '../../hub/logger.ts';

const WHAT = 'the secret for the keys of "signalbox connect"';

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
    this.#secret ??= keptSecret(this.#dataDir, 'connect.secret', WHAT, this.#logger);
    const mac = createHmac('sha256', this.#secret).update(`signalbox connect key ${salt}`).digest('base64url');
    return `sbx_${mac}`;
  }
}
