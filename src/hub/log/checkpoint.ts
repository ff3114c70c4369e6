import type { Db } from './db.ts';

/** How much of the write-ahead log is copied into the database, in pages; all 0 if unknown. */
export interface Checkpoint {
  /** In the write-ahead log. */
  readonly pages: number;
  /** How many of these are in the database too. If all are, the next commit starts the write-ahead log over. */
  readonly copied: number;
}

/**
 * Copies the pages that no connection is using. Never blocks, and blocks nobody. `TRUNCATE` also frees the
 * file's room, if no other connection is in a transaction.
 */
export function checkpoint(db: Db, mode: 'PASSIVE' | 'TRUNCATE' = 'PASSIVE'): Checkpoint {
  try {
    const row = db.prepare(`PRAGMA wal_checkpoint(${mode})`).get();
    return { pages: Math.max(0, Number(row?.['log'])), copied: Math.max(0, Number(row?.['checkpointed'])) };
  } catch {
    // A full disk, for example: nothing is lost, and the next commit reports it with its reason.
    return { pages: 0, copied: 0 };
  }
}
