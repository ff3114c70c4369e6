import type { HubEvent } from '../../protocol/events.ts';
import { applyEvent } from '../../protocol/apply-event.ts';
import type { ContentRow } from '../disk/content-rows.ts';
import { chainHash } from './chain.ts';
import { checkpoint, type Checkpoint } from './checkpoint.ts';
import { writeCut } from './cut.ts';
import { insertContent, removeContents } from './content-table.ts';
import { transact, type Db } from './db.ts';
import { prepareProjections } from './projections/prepare.ts';
import type { Projection } from './projections/projection.ts';
import { RowRemover } from './remove-rows.ts';
import { explained, openLogDb } from './schema.ts';
import { loadReplica, storeSnapshot, type HashedState } from './snapshots.ts';
import { insertEvent } from './stored-events.ts';

export interface WriterOptions {
  readonly file: string;
  readonly projections: readonly Projection[];
  /** Events between two stored snapshots. */
  readonly snapshotEvery: number;
  /** If true, commits never copy the write-ahead log into the database; the caller calls {@link Writer.checkpoint}. */
  readonly leavesCheckpoints?: boolean;
  /** Tests only: the disk is full beyond this many pages; raise it to make room. */
  readonly pageLimit?: Int32Array;
}

/** Canonical JSON of events, one a line, the first of them numbered `first`, and contents that belong to some of them. */
export interface EventBatch {
  readonly first: number;
  readonly lines: string;
  readonly contents?: readonly ContentRow[];
}

/**
 * The log's only writer. It folds the events into its own state by the same reducer, for projections and
 * snapshots. After a failed write that state is read from the log again.
 */
export class Writer {
  readonly #options: WriterOptions;
  readonly #db: Db;
  #replica: HashedState;
  readonly #remover: RowRemover;
  #snapshotSeq: number;
  #failed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#db = openLogDb(options.file);
    this.#remover = new RowRemover(this.#db, options.file, options.projections);
    if (options.leavesCheckpoints) this.#db.exec('PRAGMA wal_autocheckpoint = 0');
    try {
      this.#replica = loadReplica(this.#db, options.file);
      explained(options.file, () => prepareProjections(this.#db, options.projections));
      this.#snapshotSeq = this.#storedSnapshot();
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** Seq of the last event on disk. */
  get seq(): number {
    return this.#replica.state.seq;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /**
   * Writes the batches in one transaction and syncs it. If that fails, it throws, none of them is in the log,
   * and further batches are refused until {@link retry} succeeds.
   */
  write(batches: readonly EventBatch[]): void {
    if (this.#failed) throw new Error('The last write failed.');
    try {
      this.#limitPages();
      let head = this.#replica.hash;
      transact(this.#db, () => {
        for (const { first, lines, contents = [] } of batches) {
          if (first !== this.seq + 1) throw new Error(`Event ${first} cannot follow ${this.seq}.`);
          for (const json of lines.split('\n')) head = this.#add(json, head);
          for (const content of contents) insertContent(this.#db, content);
        }
      });
      this.#replica = { state: this.#replica.state, hash: head };
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  /** Removes contents by the seqs of their events, in a transaction of its own; not while writes fail. */
  drop(seqs: readonly number[]): void {
    if (!this.#failed && seqs.length > 0) transact(this.#db, () => removeContents(this.#db, seqs));
  }

  /** Removes some of the rows of removed events; answers whether more are left. Not while writes fail. */
  removeSome(): boolean {
    return !this.#failed && this.#remover.removeSome();
  }

  /** Refuses further batches until {@link retry}. */
  halt(): void {
    this.#failed = true;
  }

  /** Stores a snapshot if enough events came since the last one. Without it a start is only slower. */
  settle(): void {
    if (this.#failed || this.seq - this.#snapshotSeq < this.#options.snapshotEvery) return;
    this.#snapshot();
  }

  /** Copies the write-ahead log into the database; the next write then starts it over. */
  checkpoint(): Checkpoint {
    return checkpoint(this.#db);
  }

  /** Tries whether the disk takes writes again, with a large one. Throws if not. */
  retry(): void {
    this.#limitPages();
    this.checkpoint(); // a write-ahead log that cannot grow may start over
    this.#db.exec('CREATE TABLE IF NOT EXISTS room (filler)');
    transact(this.#db, () => this.#db.exec(`INSERT INTO room VALUES (zeroblob(${ROOM_BYTES}))`));
    transact(this.#db, () => this.#db.exec('DELETE FROM room'));
    this.#replica = loadReplica(this.#db, this.#options.file);
    this.#failed = false;
  }

  close(): void {
    try {
      if (!this.#failed && this.seq > this.#snapshotSeq) this.#snapshot();
      // A long write-ahead log would slow the next start.
      checkpoint(this.#db, 'TRUNCATE');
    } finally {
      this.#db.close();
    }
  }

  /** Closes the database as it is. */
  end(): void {
    this.#db.close();
  }

  #add(json: string, prevHash: string): string {
    const event = JSON.parse(json) as HubEvent; // made by the hub's thread of this process
    const hash = chainHash(prevHash, json);
    insertEvent(this.#db, event, json, hash);
    for (const projection of this.#options.projections) {
      projection.apply(this.#db, event, this.#replica.state);
    }
    if (event.type === 'audit.pruned') writeCut(this.#db, event);
    applyEvent(this.#replica.state, event);
    return hash;
  }

  #snapshot(): void {
    this.#snapshotSeq = this.seq; // also if it fails: the next write reports why
    try {
      storeSnapshot(this.#db, this.#replica);
    } catch {
      // Nothing is lost: a snapshot can be made from the events at any time.
    }
  }

  #storedSnapshot(): number {
    return Number(this.#db.prepare('SELECT max(seq) AS seq FROM snapshots').get()?.['seq'] ?? 0);
  }

  #limitPages(): void {
    const { pageLimit } = this.#options;
    if (pageLimit) this.#db.exec(`PRAGMA max_page_count = ${Atomics.load(pageLimit, 0)}`);
  }
}

const ROOM_BYTES = 256 * 1024;
