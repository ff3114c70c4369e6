import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { HubError } from '../protocol/errors.ts';

/** Makes the data directory (for its owner only) and sees that it can be written to. Throws `data_dir_unwritable`. */
export function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (!statSync(dataDir).isDirectory()) throw new Error('it is not a folder');
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unwritable(dataDir, error);
  }
}

/** The error of a data directory that refuses a write. */
export function unwritable(dataDir: string, cause: unknown): HubError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HubError(
    'data_dir_unwritable',
    `Cannot write to the data directory ${dataDir} (${why}). Make it writable for this user, or choose another one.`,
    { details: { dataDir }, cause },
  );
}
