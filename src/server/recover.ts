import { recover, type Recovery } from '../hub/log/recover.ts';

/**
 * Makes the damaged log of a data directory usable, while no hub runs on it: see `recover` of the
 * log. Throws `data_dir_held`, `data_dir_unwritable` or `log_newer`.
 */
export function recoverDataDir(dataDir: string): Recovery {
  return recover(dataDir);
}
