import { rmSync } from 'node:fs';
import { GENESIS_HASH } from '../chain.ts';
import { openDb, transact, type Db } from '../db.ts';
import { chainProblem } from '../snapshots.ts';
import type { StoredRow } from '../stored-events.ts';
import { rawEvents } from './raw-rows.ts';
import { filePages, walPages, type RawPages } from './raw-pages.ts';
import type { LogCut } from '../../../protocol/retention-state.ts';

/** The events of a damaged database, as far as any of its pages has them. */
export interface Salvage {
  /** The events that follow from each other by their hashes, from the first on, or from the first behind a cut. */
  sound(cut?: LogCut): Generator<StoredRow, void, undefined>;
  /** JSON of the event that says that events up to a cut were removed; undefined where no page has it. */
  saying(isIt: (json: string) => boolean): string | undefined;
  /** All others after a seq that were found, in order of their seq. */
  after(seq: number): Generator<StoredRow, void, undefined>;
  /** Removes what this took of the disk. */
  close(): void;
}

/**
 * Finds the events in a database that SQLite cannot read, or whose chain is broken: in each page of the file
 * and of its write-ahead log by itself. The hashes show what belongs together. If both have an event
 * at a place, that of the file counts: the write-ahead log may be of another database.
 *
 * @param scratch file that may be made for it; needs about as much room as the events
 */
export function salvageEvents(file: string, scratch: string): Salvage {
  removeScratch(scratch);
  const db = openDb(scratch);
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
  db.exec(
    'CREATE TABLE rows (seq INTEGER, source INTEGER, hash TEXT, body TEXT, PRIMARY KEY (seq, hash, body)) WITHOUT ROWID',
  );
  transact(db, () => {
    for (const [source, pages] of [filePages(file), walPages(file)].entries()) {
      if (pages) collect(db, source, pages);
    }
  });
  return {
    sound: (cut) => soundRows(db, cut),
    saying: (isIt) => sayingRow(db, isIt),
    after: (seq) => laterRows(db, seq),
    close: () => {
      db.close();
      removeScratch(scratch);
    },
  };
}

function collect(db: Db, source: number, pages: RawPages): void {
  try {
    const put = db.prepare('INSERT OR IGNORE INTO rows VALUES (?, ?, ?, ?)');
    for (const { seq, json, hash } of rawEvents(pages)) put.run(seq, source, hash, json);
  } finally {
    pages.close();
  }
}

function* soundRows(db: Db, cut: LogCut | undefined): Generator<StoredRow, void, undefined> {
  let head = cut?.hash ?? GENESIS_HASH;
  const there = db.prepare('SELECT seq, hash, body FROM rows WHERE seq = ? ORDER BY source');
  for (let seq = (cut?.seq ?? 0) + 1; ; seq++) {
    const next = there
      .all(seq)
      .map((row) => ({ seq, json: String(row['body']), hash: String(row['hash']) }))
      .find(({ json, hash }) => chainProblem(seq, json, hash, seq, head) === undefined);
    if (!next) return;
    yield next;
    head = next.hash;
  }
}

function sayingRow(db: Db, isIt: (json: string) => boolean): string | undefined {
  const bodies = db.prepare(`SELECT body FROM rows WHERE instr(body, '"audit.pruned"')`).all();
  return bodies.map((row) => String(row['body'])).find(isIt);
}

function* laterRows(db: Db, after: number): Generator<StoredRow, void, undefined> {
  const next = db.prepare('SELECT seq, hash, body FROM rows WHERE (seq, hash, body) > (?, ?, ?) LIMIT 1');
  let row = db.prepare('SELECT seq, hash, body FROM rows WHERE seq > ? LIMIT 1').get(after);
  while (row) {
    const [seq, hash, json] = [Number(row['seq']), String(row['hash']), String(row['body'])];
    yield { seq, json, hash };
    row = next.get(seq, hash, json);
  }
}

function removeScratch(file: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}
