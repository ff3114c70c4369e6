import type { HubState } from '../../protocol/state.ts';
import type { SqliteLogOptions } from '../log/open-log.ts';
import type { SqliteLog } from '../log/sqlite-log.ts';
import type { Logger } from '../logger.ts';
import { prepareDataDir } from './data-dir.ts';
import { mustBeFirstLaunch, mustHaveItsLog } from './first-launch.ts';
import { LockFile } from './lock-file.ts';
import { openSound } from './open-sound.ts';

/** A data directory that this process holds, with its log. */
export interface TakenDataDir {
  readonly lockFile: LockFile;
  readonly log: SqliteLog;
  readonly state: HubState;
}

/**
 * Takes a data directory and opens its log. Throws `data_dir_unwritable`, `data_dir_held`, `log_corrupt` or
 * `log_newer`; nothing stays taken then.
 */
export async function takeDataDir(
  options: SqliteLogOptions & { readonly logger?: Logger },
  now: number,
): Promise<TakenDataDir> {
  const { dataDir } = options;
  prepareDataDir(dataDir);
  const lockFile = LockFile.take(dataDir, now);
  try {
    mustHaveItsLog(dataDir);
    const { log, state } = await openSound(options, now);
    try {
      if (state.seq === 0) mustBeFirstLaunch(dataDir, 'has no events');
      return { lockFile, log, state };
    } catch (error) {
      await log.close();
      throw error;
    }
  } catch (error) {
    lockFile.release();
    throw error;
  }
}
