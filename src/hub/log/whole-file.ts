import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { openDb, type Db } from './db.ts';
import { corrupt, damaged, openLogReader, readMeta } from './schema.ts';
import { loadReplica } from './snapshots.ts';
import { verifyLog } from './verify.ts';

/**
 * Throws `log_corrupt` for a database that was cut off, or whose write-ahead log is that of another one. SQLite
 * notices neither before it needs what is missing; it would take the other's pages for its own.
 */
export function mustBeWhole(file: string): void {
  if (!existsSync(file)) return;
  const hasWal = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (hasWal) return mustBeItsOwn(file);
  const handle = openSync(file, 'r');
  try {
    const header = Buffer.alloc(100);
    if (readSync(handle, header, 0, 100, 0) < 100 || header.toString('latin1', 0, 15) !== 'SQLite format 3') return;
    const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    const wanted = header.readUInt32BE(28) * pageBytes;
    const { size } = fstatSync(handle);
    if (size < wanted) throw corrupt(file, 1, `the last ${wanted - size} of its ${wanted} bytes are missing.`);
  } finally {
    closeSync(handle);
  }
}

/** A write-ahead log has all changes since the last copy into the database, but never another id of the log. */
function mustBeItsOwn(file: string): void {
  const alone = idIn(file, true);
  if (alone !== undefined && alone !== idIn(file, false)) {
    throw corrupt(file, 1, 'the write-ahead log beside it is that of another database.');
  }
  // It may have any other page of that database: looked at before a connection that writes copies them all.
  const db = openLogReader(file);
  try {
    if (statSync(file).size > MOST_CHECKED_BYTES) return void loadReplica(db, file);
    const found = verifyLog(db, { now: () => 0 });
    if (!found.ok && (found.events > 0 || alone !== undefined)) throw corrupt(file, found.badSeq, found.problem);
    if (found.ok && found.damage !== undefined) throw damaged(file, found.damage);
  } finally {
    db.close();
  }
}

/** After a crash, so much is checked as a whole (half a second); of a larger database the newest events only. */
const MOST_CHECKED_BYTES = 32 * 1024 * 1024;

/** The log's id, with or without what the write-ahead log has; undefined if that cannot be read. */
function idIn(file: string, immutable: boolean): string | undefined {
  let db: Db | undefined;
  try {
    db = openDb(file, { readOnly: true, immutable });
    return readMeta(db, 'log_id');
  } catch {
    return undefined;
  } finally {
    db?.close();
  }
}
