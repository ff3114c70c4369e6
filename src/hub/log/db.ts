import { pathToFileURL } from 'node:url';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** A value to bind. */
export type SqlValue = SQLInputValue;
/** A row that was read. Only contents are blobs, in a column of their own; no integer is beyond 2^53. */
export type SqlRow = Record<string, string | number | null>;

export interface Statement {
  run(...values: SqlValue[]): void;
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
  /** Rows one by one; until the last was taken, nothing else may be asked of this statement. */
  iterate(...values: SqlValue[]): Iterable<SqlRow>;
}

/** The part of SQLite that the hub uses. */
export interface Db {
  exec(sql: string): void;
  /** Statements are cached by their text, so callers need not keep them. */
  prepare(sql: string): Statement;
  close(): void;
}

export interface DbOptions {
  readonly readOnly?: boolean;
  /** Nobody may write it meanwhile. SQLite makes no files beside it, not even to read. */
  readonly immutable?: boolean;
}

/** Opens a database file; throws what SQLite throws. */
export function openDb(file: string, options: DbOptions = {}): Db {
  const place = options.immutable ? `${pathToFileURL(file).href}?immutable=1` : undefined;
  const database = new DatabaseSync(place === undefined ? file : new URL(place), {
    readOnly: options.readOnly ?? false,
    timeout: 5000,
  });
  const prepared = new Map<string, StatementSync>();
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      let statement = prepared.get(sql);
      if (!statement) {
        statement = database.prepare(sql);
        prepared.set(sql, statement);
      }
      return statement as Statement;
    },
    close: () => database.close(),
  };
}

/** Runs `work` as one transaction that takes the write lock at once; rolls back when it throws. */
export function transact<T>(db: Db, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    rollback(db);
    throw error;
  }
}

function rollback(db: Db): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back already, as it does on a full disk; throw the first error.
  }
}
