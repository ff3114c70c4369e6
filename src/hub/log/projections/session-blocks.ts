import { storedSession } from '../stored-events.ts';
import type { Projection } from './projection.ts';

/** Seqs of one block of the log, as a power of two. */
export const BLOCK_BITS = 8;

/**
 * The blocks of the log in which a session has events. An index by session would change a page for each
 * active session with each commit, and be most of what is written. This table has one row where that would
 * have many; a query for a session's events reads its blocks.
 */
export const sessionBlocksProjection: Projection = {
  name: 'session blocks',
  version: 1,
  perEvent: { session_blocks: 'block' },
  schema: [
    'DROP INDEX IF EXISTS events_session', // what logs had before
    `CREATE TABLE session_blocks (
      session TEXT NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (session, block)
    ) WITHOUT ROWID`,
  ],
  apply(db, event) {
    const session = storedSession(event);
    if (session === undefined) return;
    db.prepare('INSERT OR IGNORE INTO session_blocks VALUES (?, ?)').run(
      session,
      Math.floor(event.seq / 2 ** BLOCK_BITS),
    );
  },
};
