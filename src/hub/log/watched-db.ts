import type { Db, Statement } from './db.ts';
import { isDamage } from './schema.ts';

/**
 * The same database. When a read finds it damaged, `onDamage` is called, and the error that it returns is thrown instead of
 * SQLite's error.
 */
export function watchedDb(db: Db, onDamage: (error: Error) => Error): Db {
  const watch = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw isDamage(error) ? onDamage(error) : error;
    }
  };
  const prepared = new Map<string, Statement>();
  const watched = (statement: Statement): Statement => ({
    run: (...values) => watch(() => statement.run(...values)),
    get: (...values) => watch(() => statement.get(...values)),
    all: (...values) => watch(() => statement.all(...values)),
    *iterate(...values) {
      const rows = watch(() => statement.iterate(...values)[Symbol.iterator]());
      for (let row = watch(() => rows.next()); row.done !== true; row = watch(() => rows.next())) yield row.value;
    },
  });
  return {
    exec: (sql) => watch(() => db.exec(sql)),
    prepare: (sql) => {
      let statement = prepared.get(sql);
      if (!statement) {
        statement = watched(watch(() => db.prepare(sql)));
        prepared.set(sql, statement);
      }
      return statement;
    },
    close: () => db.close(),
  };
}
