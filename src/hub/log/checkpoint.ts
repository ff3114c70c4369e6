import type { Db } from './db.ts';

/** How far the write-ahead log is copied into the database. In pages; all 0 when it could not be asked. */
export interface Checkpoint {
  /** In the write-ahead log. */
  readonly pages: number;
  /** Of these, in the database too; when that is all of them, the next commit starts the write-ahead log over. */
  readonly copied: number;
}

/**
 * Copies what nobody is reading or writing, waiting for no one; neither does anyone wait for it.
 * `TRUNCATE` also gives the file's room back, where no other connection is in the middle of something.
 */
export function checkpoint(db: Db, mode: 'PASSIVE' | 'TRUNCATE' = 'PASSIVE'): Checkpoint {
  try {
    const row = db.prepare(`PRAGMA wal_checkpoint(${mode})`).get();
    return { pages: Math.max(0, Number(row?.['log'])), copied: Math.max(0, Number(row?.['checkpointed'])) };
  } catch {
    // A disk that is full, say: nothing is lost, and the next commit will say so, and better.
    return { pages: 0, copied: 0 };
  }
}
