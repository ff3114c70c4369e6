import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { syncDirectoryNow } from '../../../hub/disk/disk.ts';
import type { Logger } from '../../../hub/logger.ts';

const BYTES = 32;

/** The secret that signs the cookies of browsers. Unlike the admin token, it outlives the launch. */
export interface LoginSecret {
  /** Read on first use, or made if there is no usable one. */
  value(): Buffer;
  /** Replaces it: cookies signed with the old one become invalid. Throws if the new one cannot be stored. */
  replace(): void;
}

/** Where the secret of a data directory is. */
export function loginSecretFile(dataDir: string): string {
  return path.join(dataDir, 'login.secret');
}

/**
 * The login secret of a data directory that this process holds. A lost or damaged file is replaced, and one
 * that cannot be written is kept in memory: browsers must then log in again, but the hub runs.
 */
export function createLoginSecret(dataDir: string, logger: Logger): LoginSecret {
  const file = loginSecretFile(dataDir);
  let secret: Buffer | undefined;

  const made = (): Buffer => {
    const fresh = randomBytes(BYTES);
    try {
      keep(file, fresh);
      logger.info({ file }, 'a new secret for the logins of browsers was made; they need the link once');
    } catch (error) {
      logger.warn({ err: error, file }, 'the secret for logins cannot be kept: browsers stay logged in until the end');
    }
    return fresh;
  };

  return {
    value: () => (secret ??= kept(file, logger) ?? made()),
    replace() {
      const fresh = randomBytes(BYTES);
      keep(file, fresh); // on disk before it is used: a restart must not bring the old one back
      secret = fresh;
      logger.info({ file }, 'the secret for the logins of browsers was replaced: all of them are signed out');
    },
  };
}

/** The secret in the file; undefined where there is none or it is damaged. */
function kept(file: string, logger: Logger): Buffer | undefined {
  try {
    const found = readFileSync(file);
    if (found.length !== BYTES) {
      logger.warn({ file }, 'the secret for the logins of browsers is damaged');
      return undefined;
    }
    chmodSync(file, 0o600); // a copied or restored directory may have opened it to others
    return found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      logger.warn({ err: error, file }, 'the secret for the logins of browsers cannot be read');
    }
    return undefined;
  }
}

/** Writes the secret to a temporary file, syncs it and renames it. */
function keep(file: string, secret: Buffer): void {
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
