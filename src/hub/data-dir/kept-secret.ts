import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { syncDirectoryNow } from '../disk/disk.ts';
import type { Logger } from '../logger.ts';
import { unwritable } from './data-dir.ts';

const BYTES = 32;

/** A fresh secret of a data directory. */
export function freshSecret(): Buffer {
  return randomBytes(BYTES);
}

/**
 * The secret in a file of the data directory; undefined where there is none or it is damaged.
 *
 * @param what the secret is for, for the log: `the secret for …`
 */
export function readSecret(file: string, what: string, logger: Logger | undefined): Buffer | undefined {
  try {
    const found = readFileSync(file);
    if (found.length !== BYTES) {
      logger?.warn({ file }, `${what} is damaged`);
      return undefined;
    }
    chmodSync(file, 0o600); // a copied or restored directory may have opened it to others
    return found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      logger?.warn({ err: error, file }, `${what} cannot be read`);
    return undefined;
  }
}

/** Writes the secret to a temporary file for the owner alone, syncs it and renames it. */
export function writeSecret(file: string, secret: Buffer): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(handle, secret);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    syncDirectoryNow(path.dirname(file)); // otherwise a power loss could bring the old one back
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * The secret of a data directory under a name, made and kept where there is none.
 *
 * @param what it is for, for the log: `the secret for …`
 * @throws HubError `data_dir_unwritable` where there is none yet, and none can be kept
 */
export function keptSecret(dataDir: string, name: string, what: string, logger: Logger): Buffer {
  const file = path.join(dataDir, name);
  const kept = readSecret(file, what, logger);
  if (kept) return kept;
  const fresh = freshSecret();
  try {
    // Kept before it is first used: what is made with it would be lost with this launch.
    writeSecret(file, fresh);
  } catch (error) {
    throw unwritable(dataDir, error);
  }
  return fresh;
}
