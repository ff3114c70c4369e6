import { planIdle, pruneIdle, type IdlePruning } from '../hub/audit/prune-idle.ts';
import type { PrunedEvents } from '../protocol/records.ts';

/** What {@link pruneDataDir} would remove; undefined for nothing. Changes nothing. `before` is in ms since the epoch. */
export function planPrune(dataDir: string, before: number): Promise<PrunedEvents | undefined> {
  return planIdle(dataDir, before, Date.now());
}

/**
 * Removes the events before a time from the log of a data directory on which no hub runs: see `pruneIdle`. Undefined
 * where there is nothing to remove.
 */
export function pruneDataDir(dataDir: string, before: number): Promise<IdlePruning | undefined> {
  return pruneIdle(dataDir, before, Date.now());
}
