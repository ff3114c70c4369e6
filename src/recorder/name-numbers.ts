import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { maskText } from './masking.ts';

/** Names that are kept in memory; past that the list begins anew. */
const MOST_KEPT = 50_000;

/** Names of sessions, keys, agents, methods, tools and the like, by number: rows of frames are small, and so are their indexes. */
export class NameNumbers {
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #known = new Map<string, number>();
  #forgotten = 0;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT id FROM names WHERE text = ?');
    this.#add = db.prepare('INSERT INTO names (text) VALUES (?)');
  }

  /** The number of a name, which is written if it is new. A secret in it is masked. */
  idOf(name: string): number {
    let id = this.#known.get(name);
    if (id === undefined) {
      const { kept } = maskText(name);
      id = Number(this.#find.get(kept)?.['id'] ?? this.#add.run(kept).lastInsertRowid);
      if (this.#known.size >= MOST_KEPT) this.#known.clear();
      this.#known.set(name, id);
    }
    return id;
  }

  /** How often all numbers were forgotten. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** After a rollback or a removal: what was written is not there. */
  forget(): void {
    this.#known.clear();
    this.#forgotten += 1;
  }
}
