import { hash } from 'node:crypto';
import type { ContentRow } from '../disk/content-rows.ts';
import type { Db } from './db.ts';

/**
 * Contents that have no file yet, each by the seq of the event that refers to it: written in the transaction of that
 * event, at one end of the table, and removed at the other.
 */
export const CONTENT_TABLE =
  'CREATE TABLE contents (seq INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, bytes BLOB NOT NULL)';

export function insertContent(db: Db, { seq, sha256, bytes }: ContentRow): void {
  db.prepare('INSERT INTO contents (seq, sha256, bytes) VALUES (?, ?, ?)').run(seq, sha256, bytes);
}

export function removeContents(db: Db, seqs: readonly number[]): void {
  for (const seq of seqs) db.prepare('DELETE FROM contents WHERE seq = ?').run(seq);
}

/** Whether the log has the table: one of format 1 has not. */
export function hasContentTable(db: Db): boolean {
  return db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'contents'`).get() !== undefined;
}

/** All contents of the table, one by one and not compared with their hashes. */
export function* contentsIn(db: Db): Generator<ContentRow, void, undefined> {
  for (const row of db.prepare('SELECT seq, sha256, bytes FROM contents ORDER BY seq').iterate()) {
    const bytes: unknown = row['bytes']; // the one column that is a blob
    if (bytes instanceof Uint8Array)
      yield { seq: Number(row['seq']), sha256: String(row['sha256']), bytes: new Uint8Array(bytes) };
  }
}

/** Hashes of the contents of the table that are what their hash says. */
export function soundContentsIn(db: Db): ReadonlySet<string> {
  const sound = new Set<string>();
  if (!hasContentTable(db)) return sound;
  for (const content of contentsIn(db)) if (isSoundContent(content)) sound.add(content.sha256);
  return sound;
}

/** Whether a content is what its hash says. */
export function isSoundContent({ sha256, bytes }: Pick<ContentRow, 'sha256' | 'bytes'>): boolean {
  return hash('sha256', bytes, 'hex') === sha256;
}
