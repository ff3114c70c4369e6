import { hash } from 'node:crypto';
import { STORAGE_RETRY_MS } from '../hub-errors.ts';
import type { Logger } from '../logger.ts';
import type { Timers } from '../timers.ts';
import type { ContentRow, ContentRows } from './content-rows.ts';
import { SharedRoom } from './shared-room.ts';
import type { WrittenOut } from './write-out.ts';
import type { WritesOut } from './write-out-worker.ts';
import { messageOf } from '../../protocol/errors.ts';

/** Larger contents get their file at once. */
export const ROW_BYTES = 64 * 1024;
/** Bytes of rows that may wait for their files, with {@link EACH_BYTES} for each. Each key has a share of them. */
export const PENDING_BYTES = 8 * 1024 * 1024;
/** What a row costs beside its content, in memory and in the log. */
const EACH_BYTES = 512;
/** Files are made so long after the first row: many at once are cheaper, and a burst of writes is over. */
export const WRITE_OUT_AFTER_MS = 2_000;
/** Or as soon as so many wait: half of what one key alone may have. */
const WRITE_OUT_BYTES = PENDING_BYTES / 4;
/** Files that are made in one go: a caller that needs one at once waits for these. */
const BATCH_FILES = 64;
const BATCH_BYTES = 1024 * 1024;

/** A content that goes into the log with the event of a write. Exactly one of `stored` and `lost` ends it. */
export interface HeldContent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The event is applied. */
  applied(): void;
  /** The event with this seq and the row are on disk. */
  stored(seq: number): void;
  /** There is no event, or the disk lost it with the row. */
  lost(): void;
}

interface ContentRowOnDisk {
  readonly seq: number;
  /** The key that wrote it, as far as is known. */
  readonly keyId: string | undefined;
}

interface PendingContent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its rows on disk. */
  rows: ContentRowOnDisk[];
  /** Writes that hold it; and how many of these are applied. */
  held: number;
  applied: number;
  /** Called when a write ends. */
  readonly waiting: (() => void)[];
}

/**
 * Contents that are on disk as rows of the log, and have no file yet. Also kept in memory, so that reading one does not
 * wait for the disk. Some time later they are written to their files in batches, and then their rows are dropped. Where
 * the disk takes no files, the rows stay; past {@link PENDING_BYTES} no more contents are taken.
 */
export class PendingContents {
  readonly #rows: ContentRows;
  readonly #writer: WritesOut;
  readonly #fileOf: (sha256: string) => string;
  readonly #timers: Timers;
  readonly #logger: Logger | undefined;
  readonly #onTrouble: (reason: string | undefined) => void;
  readonly #entries = new Map<string, PendingContent>();
  readonly #room = new SharedRoom(PENDING_BYTES);
  #timer: unknown;
  /** Batches, and what must not happen while one is written, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #writingAll: Promise<void> | undefined;
  #hasFailed = false;

  constructor(options: {
    readonly rows: ContentRows;
    readonly writer: WritesOut;
    readonly fileOf: (sha256: string) => string;
    readonly timers: Timers;
    readonly logger: Logger | undefined;
    /** Called with why the disk takes no files, and with nothing once it does again. */
    readonly onTrouble: ((reason: string | undefined) => void) | undefined;
  }) {
    this.#onTrouble = options.onTrouble ?? (() => undefined);
    this.#rows = options.rows;
    this.#writer = options.writer;
    this.#fileOf = options.fileOf;
    this.#timers = options.timers;
    this.#logger = options.logger;
  }

  /** Takes over the rows that an earlier process left; answers those that are not what their hash says. */
  load(): readonly ContentRow[] {
    const damaged: ContentRow[] = [];
    for (const row of this.#rows.takeLeft()) {
      const { seq, sha256, bytes } = row;
      if (hash('sha256', bytes, 'hex') !== sha256) {
        damaged.push(row);
        continue;
      }
      this.#entry(sha256, bytes).rows.push({ seq, keyId: undefined });
      this.#room.add(undefined, costOf(bytes));
    }
    if (this.#entries.size > 0) this.#schedule(WRITE_OUT_AFTER_MS);
    return damaged;
  }

  /** Takes a content for a key's write, or answers undefined while there is no room for it. */
  hold(sha256: string, bytes: Uint8Array<ArrayBuffer>, keyId: string | undefined): HeldContent | undefined {
    const cost = costOf(bytes);
    if (!this.#room.take(keyId, cost)) return undefined;
    const entry = this.#entry(sha256, bytes);
    entry.held += 1;
    let applied = 0;
    const end = (): void => {
      entry.held -= 1;
      entry.applied -= applied;
      for (const go of entry.waiting.splice(0)) go();
    };
    return {
      bytes: entry.bytes,
      applied: () => {
        applied = 1;
        entry.applied += 1;
      },
      stored: (seq) => {
        entry.rows.push({ seq, keyId });
        end();
        if (this.#room.bytes > WRITE_OUT_BYTES && !this.#hasFailed) void this.writeAll();
        else this.#schedule(WRITE_OUT_AFTER_MS);
      },
      lost: () => {
        this.#room.add(keyId, -cost);
        end();
        if (entry.held === 0 && entry.rows.length === 0) this.#entries.delete(sha256);
      },
    };
  }

  /** The bytes of a content that waits for its file. */
  bytesOf(sha256: string): Uint8Array | undefined {
    return this.#entries.get(sha256)?.bytes;
  }

  /** Whether a version may refer to the content: it has a row, or its event will have one. */
  has(sha256: string): boolean {
    const entry = this.#entries.get(sha256);
    return entry !== undefined && (entry.rows.length > 0 || entry.applied > 0);
  }

  /** Hashes of all contents that wait. */
  names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Gives a content its file now, if it waits for one. Throws what the disk says. */
  async settle(sha256: string): Promise<void> {
    const entry = this.#entries.get(sha256);
    while (entry?.rows.length === 0 && entry.applied > 0) {
      await new Promise<void>((resolve) => void entry.waiting.push(resolve));
    }
    if (!entry || entry.rows.length === 0) return;
    const failure = await this.#write([sha256]);
    if (failure) throw Object.assign(new Error(failure.message), failure);
  }

  /** Lets go of a content that nothing refers to any more, once no batch is under way. */
  async discard(sha256: string): Promise<void> {
    if (!this.#entries.has(sha256)) return;
    await this.#inTurn(() => {
      const entry = this.#entries.get(sha256);
      if (entry?.held === 0) this.#forget(sha256, entry);
      return Promise.resolve();
    });
  }

  /** Gives all contents that are on disk their files; stops where the disk takes none, and tries again later. */
  writeAll(): Promise<void> {
    this.#writingAll ??= this.#writeAll().finally(() => {
      this.#writingAll = undefined;
    });
    return this.#writingAll;
  }

  /** Writes what it can. What is left has its rows, for the next start. */
  async close(): Promise<void> {
    await this.#writingAll; // it may have passed the newest
    await this.writeAll();
    this.#timers.clearTimeout(this.#timer);
    await this.#turn;
    await this.#writer.close();
  }

  async #writeAll(): Promise<void> {
    this.#timers.clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const batch of this.#batches()) {
      if (await this.#write(batch)) return this.#schedule(STORAGE_RETRY_MS);
    }
    if (this.#entries.values().some(({ rows }) => rows.length > 0)) this.#schedule(WRITE_OUT_AFTER_MS);
  }

  #batches(): string[][] {
    const batches: string[][] = [];
    let bytes = Infinity;
    for (const [sha256, entry] of this.#entries) {
      if (entry.rows.length === 0) continue;
      if (bytes + entry.bytes.byteLength > BATCH_BYTES || batches.at(-1)?.length === BATCH_FILES) {
        batches.push([]);
        bytes = 0;
      }
      batches.at(-1)?.push(sha256);
      bytes += entry.bytes.byteLength;
    }
    return batches;
  }

  /** Answers why some have no file, if so. */
  #write(contents: readonly string[]): Promise<WrittenOut['failure']> {
    return this.#inTurn(async () => {
      const batch = contents.flatMap((sha256) => {
        const entry = this.#entries.get(sha256);
        return entry && entry.rows.length > 0 ? [{ sha256, entry }] : [];
      });
      if (batch.length === 0) return undefined;
      const files = batch.map(({ sha256, entry }) => ({ file: this.#fileOf(sha256), bytes: entry.bytes }));
      const { isWritten, failure } = await this.#writer.write(files).catch(notWritten);
      for (const [at, { sha256, entry }] of batch.entries()) if (isWritten[at] === true) this.#forget(sha256, entry);
      this.#note(failure);
      return failure;
    });
  }

  #note(failure: WrittenOut['failure']): void {
    if (failure && !this.#hasFailed) {
      const waiting = { reason: failure.message, contents: this.#entries.size, bytes: this.#room.bytes };
      this.#logger?.warn(waiting, 'Contents of files stay in the log for now: the disk does not take their files');
    }
    if (!failure && this.#hasFailed) this.#logger?.info({}, 'The disk takes the files of contents again');
    if (this.#hasFailed !== (failure !== undefined)) this.#onTrouble(failure?.message);
    this.#hasFailed = failure !== undefined;
  }

  /** Its rows are not needed any more; nor is it, unless a write holds it. */
  #forget(sha256: string, entry: PendingContent): void {
    if (entry.rows.length > 0) this.#rows.drop(entry.rows.map(({ seq }) => seq));
    for (const { keyId } of entry.rows) this.#room.add(keyId, -costOf(entry.bytes));
    entry.rows = [];
    if (entry.held === 0 && this.#entries.get(sha256) === entry) this.#entries.delete(sha256);
  }

  #entry(sha256: string, bytes: Uint8Array<ArrayBuffer>): PendingContent {
    let entry = this.#entries.get(sha256);
    if (!entry) this.#entries.set(sha256, (entry = { bytes, rows: [], held: 0, applied: 0, waiting: [] }));
    return entry;
  }

  #schedule(ms: number): void {
    this.#timer ??= this.#timers.setTimeout(() => {
      this.#timer = undefined;
      void this.writeAll();
    }, ms);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined); // its caller hears of it
    return done;
  }
}

function costOf(bytes: Uint8Array): number {
  return bytes.byteLength + EACH_BYTES;
}

function notWritten(error: unknown): WrittenOut {
  const message = messageOf(error);
  return { isWritten: [], failure: { code: '', syscall: '', message } };
}
