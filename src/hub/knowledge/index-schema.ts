import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openDb, transact, type Db } from '../log/db.ts';

/**
 * Version of the tables below and of what is written into them, kept in `PRAGMA user_version`: how texts are cut, how
 * words are compared. An index of another version is deleted and made anew, as all that is in it comes from the files.
 */
export const INDEX_VERSION = 2;

/**
 * - `files`: what the log has, and what has become of it here. `shown_…` says of which version the passages are: while
 *   a newer one is being read, those of the version before stay.
 * - `passages`: those of a file that is being read have its id with a minus, and belong to nobody until all are there.
 *   Their column `terms` has the words of path, headings and text, a line each.
 * - `terms`: the same words. The tokenizer takes them apart at spaces, and every character beyond ASCII for a part of a
 *   word.
 */
const SCHEMA = [
  `CREATE TABLE files (
    id INTEGER PRIMARY KEY, file_id TEXT NOT NULL UNIQUE, path TEXT NOT NULL, version INTEGER NOT NULL,
    sha256 TEXT NOT NULL, mime TEXT NOT NULL, size_bytes INTEGER NOT NULL, seq INTEGER NOT NULL,
    state TEXT NOT NULL, why TEXT, shown_version INTEGER, language TEXT, title TEXT, parts INTEGER,
    passages INTEGER NOT NULL DEFAULT 0, words INTEGER NOT NULL DEFAULT 0)`,
  "CREATE INDEX files_queued ON files (seq) WHERE state = 'queued'",
  "CREATE INDEX files_by_content ON files (sha256) WHERE state <> 'queued'",
  'CREATE INDEX files_by_path ON files (path)',
  `CREATE TABLE passages (
    id INTEGER PRIMARY KEY, file INTEGER NOT NULL, nth INTEGER NOT NULL, text TEXT NOT NULL, place TEXT NOT NULL, terms TEXT NOT NULL)`,
  'CREATE INDEX passages_of_file ON passages (file, nth)',
  "CREATE VIRTUAL TABLE terms USING fts5 (path, heading, body, content = '', contentless_delete = 1, tokenize = 'ascii')",
  "CREATE VIRTUAL TABLE vocabulary USING fts5vocab (terms, 'row')",
];

/** The index of a workspace, in its folder. */
export function indexFile(folder: string, workspace: string): string {
  return path.join(folder, `${workspace}.db`);
}

/** Deletes the index of a workspace, if there is one. */
export function removeIndex(folder: string, workspace: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) {
    rmSync(`${indexFile(folder, workspace)}${ending}`, { force: true });
  }
}

/** Why an index was made anew: there was one, which could not be used. */
export interface OpenedIndex {
  readonly db: Db;
  /** Whether there was nothing in it. */
  readonly isNew: boolean;
  readonly remade?: string;
}

/**
 * Opens the index of a workspace, and makes it if there is none; one that is damaged or of another version is deleted
 * first. For its owner only. After a loss of power it may lack the last files, which are then read again.
 */
export function openIndex(folder: string, workspace: string): OpenedIndex {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const file = indexFile(folder, workspace);
  let remade: string | undefined;
  try {
    return opened(file);
  } catch (error) {
    remade = error instanceof OtherVersion ? 'It was of another version.' : 'It was damaged.';
  }
  removeIndex(folder, workspace);
  return { ...opened(file), remade };
}

class OtherVersion extends Error {}

function opened(file: string): OpenedIndex {
  closeSync(openSync(file, 'a', 0o600));
  const db = openDb(file);
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY');
    const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
    const isEmpty = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] === 0;
    if (isEmpty) {
      transact(db, () => {
        for (const statement of SCHEMA) db.exec(statement);
        db.exec(`PRAGMA user_version = ${INDEX_VERSION}`);
      });
    } else if (version !== INDEX_VERSION) throw new OtherVersion();
    // What a process that was killed had not finished.
    transact(db, () => {
      for (const { id } of db.prepare('SELECT id FROM passages WHERE file < 0').all()) {
        db.prepare('DELETE FROM terms WHERE rowid = ?').run(id ?? 0);
        db.prepare('DELETE FROM passages WHERE id = ?').run(id ?? 0);
      }
    });
    return { db, isNew: isEmpty };
  } catch (error) {
    db.close();
    throw error;
  }
}
