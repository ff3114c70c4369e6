import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import { checkpointText, type SignedCheckpoint } from '../../protocol/signed-checkpoint.ts';
import { syncDirectoryNow } from '../disk/disk.ts';
import type { Hub } from '../hub.ts';

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
    this.#key ??= keyIn(path.join(this.#hub.dataDir, 'audit.key'));
    return {
      ...stand,
      publicKey: createPublicKey(this.#key).export({ type: 'spki', format: 'pem' }).toString(),
      signature: sign(null, Buffer.from(checkpointText(stand)), this.#key).toString('base64'),
    };
  }
}

/** The key in a file; a new one, kept there for the owner alone, where there is none. */
function keyIn(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unusable(file, error);
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    const handle = openSync(file, 'wx', 0o600);
    try {
      writeSync(handle, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    syncDirectoryNow(path.dirname(file));
  } catch (error) {
    throw unusable(file, error);
  }
  return privateKey;
}

function unusable(file: string, cause: unknown): HubError {
  return new HubError(
    'data_dir_unwritable',
    `The key that signs checkpoints cannot be used: ${file}. If it is damaged, restore it from a backup, or move it away for a new one.`,
    { cause },
  );
}
