import type { DatabaseSync } from 'node:sqlite';
import { streamFrames } from './streams.ts';

/** So many names may lie there whether a frame has them or not, and as many more that came since they were looked at. */
const MOST_UNLOOKED = 10_000;

/** Columns of `frames` that are ids in `names`. */
const NAMED = ['session', 'key', 'agent', 'workspace', 'method', 'tool', 'subject'];

/** Removes names that no frame has any more; addresses that strangers ask for are names too. */
export class UnusedNames {
  readonly #db: DatabaseSync;
  /** How many names all frames had when that was looked at. */
  #used = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec('CREATE TEMP TABLE used_names (id INTEGER PRIMARY KEY)');
  }

  /** Answers how many were removed. Numbers of names that are kept in memory are void then. */
  remove(): number {
    const { count } = this.#db.prepare('SELECT count(*) AS count FROM names').get() as { count: number };
    if (count <= this.#used + MOST_UNLOOKED) return 0;
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      this.#findUsed();
      const { changes } = this.#db.prepare('DELETE FROM names WHERE id NOT IN (SELECT id FROM used_names)').run();
      this.#db.exec('DELETE FROM used_names; COMMIT');
      this.#used = count - Number(changes);
      return Number(changes);
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #findUsed(): void {
    for (const column of NAMED) {
      this.#db.exec(`INSERT OR IGNORE INTO used_names SELECT ${column} FROM frames WHERE ${column} IS NOT NULL`);
    }
    const used = new Set<number>();
    for (const { n, streams } of this.#db
      .prepare('SELECT n, streams FROM frames WHERE streams IS NOT NULL')
      .iterate()) {
      for (const { session, key, agent } of streamFrames(Number(n), streams as Uint8Array)) {
        used.add(session).add(key).add(agent);
      }
    }
    this.#db.prepare('INSERT OR IGNORE INTO used_names SELECT value FROM json_each(?)').run(JSON.stringify([...used]));
  }
}
