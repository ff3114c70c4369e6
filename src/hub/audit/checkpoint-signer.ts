import type { KeyObject } from 'node:crypto';
import { HubError } from '../../protocol/errors.ts';
import type { SignedCheckpoint } from '../../protocol/signed-checkpoint.ts';
import type { Hub } from '../hub.ts';
import { signedWith, signingKeyMade } from './signing-key.ts';

/** Signs where the log stands with the Ed25519 key of the data directory, which is made when it is first needed. */
export class CheckpointSigner {
  readonly #hub: Hub;
  #key: KeyObject | undefined;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** @throws HubError `data_dir_unwritable` where there is no key and none can be kept */
  async sign(): Promise<SignedCheckpoint> {
    const { items } = await this.#hub.audit.page({ limit: 1 });
    const [last] = items;
    if (!last) throw new HubError('not_found', 'The log is empty.');
    const stand = { logId: this.#hub.logId, seq: last.seq, hash: last.hash, signedAt: this.#hub.now() };
    this.#key ??= signingKeyMade(this.#hub.dataDir);
    return signedWith(this.#key, stand);
  }
}
