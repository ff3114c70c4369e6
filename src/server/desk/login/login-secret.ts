import path from 'node:path';
import { freshSecret, readSecret, writeSecret } from '../../../hub/data-dir/kept-secret.ts';
import type { Logger } from '../../../hub/logger.ts';

const WHAT = 'the secret for the logins of browsers';

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
    const fresh = freshSecret();
    try {
      writeSecret(file, fresh);
      logger.info({ file }, 'a new secret for the logins of browsers was made; they need the link once');
    } catch (error) {
      logger.warn({ err: error, file }, 'the secret for logins cannot be kept: browsers stay logged in until the end');
    }
    return fresh;
  };

  return {
    value: () => (secret ??= readSecret(file, WHAT, logger) ?? made()),
    replace() {
      const fresh = freshSecret();
      writeSecret(file, fresh); // on disk before it is used: a restart must not bring the old one back
      secret = fresh;
      logger.info({ file }, 'the secret for the logins of browsers was replaced: all of them are signed out');
    },
  };
}
