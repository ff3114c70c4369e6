import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** The statements of a database, each prepared once. */
export class Statements {
  readonly #db: DatabaseSync;
  readonly #most: number;
  readonly #prepared = new Map<string, StatementSync>();

  /** @param most statements that are kept, where their texts are made of queries */
  constructor(db: DatabaseSync, most = Infinity) {
    this.#db = db;
    this.#most = most;
  }

  get(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (!statement) {
      if (this.#prepared.size >= this.#most) this.#prepared.clear();
      statement = this.#db.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}
