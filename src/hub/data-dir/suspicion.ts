import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Notes that a read of the log failed for damage, so that the next start checks all of it. Best effort. */
export function suspectLog(dataDir: string, problem: string): void {
  try {
    writeFileSync(fileIn(dataDir), `${problem}\n`, { mode: 0o600 });
  } catch {
    // On a disk that takes no writes the note is lost; the same read will fail again.
  }
}

/** Whether damage was noted and not mended since. */
export function isLogSuspect(dataDir: string): boolean {
  return existsSync(fileIn(dataDir));
}

/** The log is sound, or was made anew. */
export function clearSuspicion(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

function fileIn(dataDir: string): string {
  return path.join(dataDir, 'hub.db-damaged');
}
