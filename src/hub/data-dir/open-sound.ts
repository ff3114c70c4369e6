import { HubError } from '../../protocol/errors.ts';
import type { HubState } from '../../protocol/state.ts';
import { corrupt, logFile } from '../log/schema.ts';
import type { SqliteLogOptions } from '../log/open-log.ts';
import { SqliteLog } from '../log/sqlite-log.ts';
import type { Logger } from '../logger.ts';
import { mend } from './recover.ts';
import { isLogSuspect } from './suspicion.ts';

/**
 * Opens the log of a data directory that this process holds. One that is damaged beside its events, or was found
 * to be so before, is made anew from them first; where an event would be lost by that, this throws `log_corrupt`
 * and changes nothing. Throws what {@link SqliteLog.open} throws.
 */
export async function openSound(
  options: SqliteLogOptions & { readonly logger?: Logger },
  now: number,
): Promise<{ readonly log: SqliteLog; readonly state: HubState }> {
  const { dataDir, logger } = options;
  if (isLogSuspect(dataDir)) mendOrThrow(dataDir, now, logger);
  try {
    return await SqliteLog.open(options);
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'log_corrupt') throw error;
    if (!mendOrThrow(dataDir, now, logger, error)) throw error;
    return SqliteLog.open(options);
  }
}

/** Whether the log was made anew. */
function mendOrThrow(dataDir: string, now: number, logger: Logger | undefined, because?: HubError): boolean {
  const { kept, problem, remade, damagedFile } = mendedOr(because, () => mend(dataDir, now));
  if (problem) throw because ?? corrupt(logFile(dataDir), problem.badSeq, problem.text);
  if (remade === undefined) return false;
  logger?.warn(
    { kept, reason: remade, damagedFile },
    'The database was damaged, and was made anew from its events; none is lost',
  );
  return true;
}

/** Where the copy cannot be made, because the disk is full for example, the first error says more. */
function mendedOr<T>(because: HubError | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw because ?? error;
  }
}
