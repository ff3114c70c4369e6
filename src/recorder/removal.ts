import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { BodyFiles } from './body-files.ts';
import { SPAN } from './streams.ts';

/** Frames that are removed in one transaction. */
export const REMOVED_AT_ONCE = 2_000;

/**
 * Removes frames with what belongs to them alone: heads, bodies and the files of large bodies. A body that other
 * frames have too stays until the last of them goes.
 */
export class Removal {
  readonly #db: DatabaseSync;
  readonly #files: BodyFiles;
  readonly #stage: StatementSync;

  constructor(db: DatabaseSync, files: BodyFiles) {
    this.#db = db;
    this.#files = files;
    db.exec('CREATE TEMP TABLE going (n INTEGER PRIMARY KEY); CREATE TEMP TABLE going_bodies (id INTEGER PRIMARY KEY)');
    this.#stage = db.prepare('INSERT OR IGNORE INTO going SELECT value FROM json_each(?)');
  }

  /** Removes frames by their places; throws what SQLite says, and nothing is removed then. */
  remove(places: readonly number[]): void {
    this.#within(places, () => {
      this.#db.exec('DELETE FROM heads WHERE n IN (SELECT n FROM going)');
      this.#db.exec(`DELETE FROM pins WHERE EXISTS (SELECT 1 FROM going g JOIN frames f ON f.n = g.n
        WHERE pins.n BETWEEN f.n AND f.n + ${SPAN} - 1)`);
      this.#db.exec('DELETE FROM frames WHERE n IN (SELECT n FROM going)');
    });
  }

  /** Removes the bodies of frames; the frames stay, without one. */
  removeBodies(places: readonly number[]): void {
    this.#within(places, () => {
      this.#db.exec('UPDATE frames SET body = NULL WHERE n IN (SELECT n FROM going)');
      // A body that frames share goes from all of them.
      this.#db.exec('UPDATE frames SET body = NULL WHERE body < 2 * n AND body IN (SELECT id FROM going_bodies)');
    });
  }

  #within(places: readonly number[], work: () => void): void {
    if (places.length === 0) return;
    const files: string[] = [];
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      this.#db.exec('DELETE FROM going; DELETE FROM going_bodies');
      this.#stage.run(JSON.stringify(places));
      this.#db.exec(`INSERT OR IGNORE INTO going_bodies
        SELECT body FROM frames WHERE n IN (SELECT n FROM going) AND body IS NOT NULL
        UNION SELECT body + 1 FROM frames WHERE n IN (SELECT n FROM going) AND body IS NOT NULL`);
      work();
      const gone = `id IN (SELECT id FROM going_bodies) AND NOT EXISTS
        (SELECT 1 FROM frames f WHERE f.n = bodies.id / 2 AND f.body = bodies.id - bodies.id % 2)
        AND NOT EXISTS (SELECT 1 FROM frames f WHERE f.body = bodies.id AND f.body < 2 * f.n)`;
      const rows = this.#db.prepare(`SELECT file FROM bodies WHERE file IS NOT NULL AND ${gone}`).all();
      for (const { file } of rows) files.push(String(file));
      this.#db.exec(`DELETE FROM bodies WHERE ${gone}`);
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
    for (const file of files) this.#files.remove(file);
  }
}
