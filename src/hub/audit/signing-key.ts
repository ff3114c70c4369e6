import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import { checkpointText, type SignedCheckpoint } from '../../protocol/signed-checkpoint.ts';
import { syncDirectoryNow } from '../disk/disk.ts';

/** What of a checkpoint is signed. */
type Stand = Omit<SignedCheckpoint, 'publicKey' | 'signature'>;

/** Signs where a log stands. */
export function signedWith(key: KeyObject, stand: Stand): SignedCheckpoint {
  return {
    ...stand,
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    signature: sign(null, Buffer.from(checkpointText(stand)), key).toString('base64'),
  };
}

/**
 * The key of a data directory that signs checkpoints; undefined where there is none yet.
 * @throws HubError `data_dir_unwritable` for a file that is no key
 */
export function signingKey(dataDir: string): KeyObject | undefined {
  const file = fileIn(dataDir);
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(file, error);
  }
}

/**
 * {@link signingKey}; a new one, kept for the owner alone, where there is none.
 * @throws HubError `data_dir_unwritable` where it cannot be kept
 */
export function signingKeyMade(dataDir: string): KeyObject {
  const there = signingKey(dataDir);
  if (there) return there;
  const file = fileIn(dataDir);
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

function fileIn(dataDir: string): string {
  return path.join(dataDir, 'audit.key');
}

function unusable(file: string, cause: unknown): HubError {
  return new HubError(
    'data_dir_unwritable',
    `The key that signs checkpoints cannot be used: ${file}. If it is damaged, restore it from a backup, or move it away for a new one.`,
    { cause },
  );
}
