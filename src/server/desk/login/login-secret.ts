import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { syncDirectoryNow } from '../../../hub/disk/disk.ts';
import type { Logger } from '../../../hub/logger.ts';

const BYTES = 32;

/** What the cookies of a data directory's browsers are signed with: it outlives the launch, the admin token does not. */
export interface LoginSecret {
  /** Read, or made where there is none that can be used, when it is first asked for. */
  value(): Buffer;
  /** Replaces it: what was signed with the old one is good no more. Throws when the new one cannot be kept. */
  replace(): void;
}

/** Where the secret of a data directory is. */
export function loginSecretFile(dataDir: string): string {
  return path.join(dataDir, 'login.secret');
}

/**
 * The login secret of a data directory, which the caller alone has. A lost or damaged file is made anew, and one
 * that cannot be written is kept in memory: browsers then log in once more, and the hub runs all the same.
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
      keep(file, fresh); // in place before it counts: a restart must not bring the old one back
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

/** Puts the secret in place whole, on disk before its name is. */
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
    syncDirectoryNow(path.dirname(file)); // else a loss of power could bring the old one back
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
