import type { Db } from '../db.ts';
import { projection } from './projection.ts';

/** The names of all keys that there ever were: of revoked ones the state has the last only. */
export const keysProjection = projection('keys', {
  version: 1,
  schema: ['CREATE TABLE key_names (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID'],
  on: {
    'key.created': (db, { keyId, name }) => {
      db.prepare('INSERT OR REPLACE INTO key_names VALUES (?, ?)').run(keyId, name);
    },
  },
});

/** The name that a key has or had; undefined for one that never was. */
export function keyNameIn(db: Db, keyId: string): string | undefined {
  const name = db.prepare('SELECT name FROM key_names WHERE id = ?').get(keyId)?.['name'];
  return typeof name === 'string' ? name : undefined;
}
