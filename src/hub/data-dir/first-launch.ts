import { statSync } from 'node:fs';
import { hasContents } from '../disk/set-aside.ts';
import { logFile, logLost } from '../log/schema.ts';

/**
 * Throws `log_corrupt` if the log is missing or empty but its contents are still there. Call it before
 * opening the log: SQLite takes an empty file for a new database and removes its write-ahead log.
 */
export function mustHaveItsLog(dataDir: string): void {
  const file = logFile(dataDir);
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  if (bytes !== undefined && bytes > 0) return;
  const problem = bytes === undefined ? 'is missing' : 'is empty';
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) throw logLost(file, problem);
  mustBeFirstLaunch(dataDir, problem);
}

/** Throws `log_corrupt` for a log without events beside contents: it cannot be a new one. */
export function mustBeFirstLaunch(dataDir: string, problem: string): void {
  if (hasContents(dataDir)) throw logLost(logFile(dataDir), problem);
}
