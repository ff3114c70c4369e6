import { recover, type Recovery } from '../hub/log/recover.ts';

/**
 * Makes the damaged log of a data directory usable, while no hub runs on it: see `recover` of the
 * log. Throws `not_found`, `data_dir_held`,
 * `data_dir_unwritable`, `storage_failed` or `log_newer`.
 */
export function recoverDataDir(dataDir: string): Recovery {
  return recover(dataDir);
}
