import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { HubError, messageOf } from '../../protocol/errors.ts';

/** Makes the data directory (for its owner only) and sees that it can be written to. Throws `data_dir_unwritable`. */
export function prepareDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
    if (!statSync(dataDir).isDirectory()) throw new Error('it is not a folder');
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unwritable(dataDir, error);
  }
}

/** Not Node's recursive mkdir: it never returns on file systems without folders, such as /proc. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    const parent = path.dirname(folder);
    if (code !== 'ENOENT' || parent === folder || statSync(parent, { throwIfNoEntry: false })) throw error;
    makeFolder(parent);
    mkdirSync(folder, { mode: 0o700 });
  }
}

/** The error of a data directory that refuses a write. */
export function unwritable(dataDir: string, cause: unknown): HubError {
  const why = messageOf(cause);
  return new HubError(
    'data_dir_unwritable',
    `Cannot write to the data directory ${dataDir} (${why}). Make it writable for this user, or choose another one.`,
    { details: { dataDir }, cause },
  );
}
