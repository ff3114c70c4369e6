import { createHash, hash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { HubError } from '../../protocol/errors.ts';
import type { Logger } from '../logger.ts';
import type { Timers } from '../timers.ts';
import { abortable } from './abortable.ts';
import { AmpleRoom } from './ample-room.ts';
import { damagedContent, isContent, unreadable } from './checked-content.ts';
import { CheckedReader } from './checked-reader.ts';
import { CONTENT_NAME, contentFolders, prepareFolders, SHARDS, type ContentFolders } from './content-folders.ts';
import type { ContentRows, ContentsInLog } from './content-rows.ts';
import { ContentWriter, type WritesContents } from './content-writer.ts';
import { allButFull, diskError, mustHaveRoom, syncDirectory } from './disk.ts';
import { HashingWriter, headOf } from './hashing-writer.ts';
import { PendingContents, ROW_BYTES } from './pending-contents.ts';
import { PinnedContents } from './pinned-contents.ts';
import type { PartialBlob, StagedBlob, StageOptions } from './staged-blob.ts';
import { takeName } from './take-name.ts';
import { UncommittedContents } from './uncommitted-contents.ts';
import { WriteOutWorker, type WritesOut } from './write-out-worker.ts';

/** Contents up to this size are stored by the {@link ContentWriter}. */
const SMALL_BYTES = 1024 * 1024;

export interface BlobStoreOptions {
  readonly dataDir: string;
  /** Where small contents are until they have their files. */
  readonly log?: {
    readonly rows: ContentRows;
    readonly timers: Timers;
    readonly logger?: Logger | undefined;
    /** Called with why the disk takes no files of contents, and with nothing once it does again. */
    readonly onTrouble?: (reason: string | undefined) => void;
    /** For tests. */
    readonly writer?: WritesOut;
  };
  /** For tests. */
  readonly small?: WritesContents;
}

/**
 * Contents by their SHA-256, each stored once at `blobs/ab/abcd…`. The smallest are committed with their event, as rows
 * of the log, and get their files afterwards (see {@link PendingContents}). Any other content is written to a temporary file and named;
 * the file and its directory are synced before anything may refer to it. So every content that is referred to is
 * complete. A name alone does not say so: what is there is compared before it is taken for a content.
 *
 * Only two kinds of contents are ever removed: those that this log once referred to, and those whose commit
 * never came (until it comes, a file `blobs/incoming/abcd…` marks them). All others belong to a log
 * that was lost or damaged, and stay.
 */
export class BlobStore {
  readonly #folders: ContentFolders;
  readonly #pinned = new PinnedContents();
  readonly #removing = new Map<string, Promise<void>>();
  readonly #uncommitted: UncommittedContents;
  readonly #reader = new CheckedReader();

  readonly #small: WritesContents;
  readonly #pending: PendingContents | undefined;
  readonly #ample: AmpleRoom | undefined;

  private constructor({ dataDir, small, log }: BlobStoreOptions) {
    this.#folders = contentFolders(dataDir);
    this.#uncommitted = new UncommittedContents(this.#folders.incoming);
    this.#small = small ?? new ContentWriter(this.#folders.incoming);
    if (!log) return;
    const { rows, timers, logger, onTrouble, writer = new WriteOutWorker(this.#folders.incoming) } = log;
    this.#pending = new PendingContents({ rows, timers, logger, writer, onTrouble, fileOf: this.#folders.fileOf });
    this.#ample = new AmpleRoom(this.#folders.root, timers);
  }

  /**
   * Makes the folders under `dataDir`, removes files that a crash left incomplete, and takes over the contents that are
   * in the log. Without `log` there are none.
   */
  static async open(options: BlobStoreOptions): Promise<BlobStore> {
    const store = new BlobStore(options);
    for (const sha256 of await prepareFolders(store.#folders)) store.#uncommitted.add(sha256);
    await Promise.all([store.#loadRows(options), store.#ample?.ask()]);
    return store;
  }

  async #loadRows({ log }: BlobStoreOptions): Promise<void> {
    for (const { seq, sha256 } of this.#pending?.load() ?? []) {
      const hasFile =
        CONTENT_NAME.test(sha256) && (await isContent(this.#folders.fileOf(sha256), sha256).catch(() => false));
      if (hasFile) log?.rows.drop([seq]);
      else log?.logger?.warn({ seq, sha256 }, 'A content in the log is damaged, and is not given as the version');
    }
  }

  /** Streams a content in. On any error nothing of it stays. Disk errors are `storage_failed`. */
  async stage(content: AsyncIterable<Uint8Array> | Uint8Array, options: StageOptions = {}): Promise<StagedBlob> {
    if (content instanceof Uint8Array && content.byteLength <= SMALL_BYTES)
      return (await this.#hold(content, options)) ?? (await this.#stageSmall(content, options));
    const file = join(this.#folders.incoming, randomBytes(12).toString('hex'));
    const room = mustHaveRoom(this.#folders.incoming);
    room.catch(() => undefined); // awaited below, unless the file cannot be opened
    const handle = await open(file, 'wx', 0o600).catch(diskError);
    // A file that is left over is swept at the next start.
    const discard = async (): Promise<void> => {
      await handle.close().catch(() => undefined); // what counts is synced by now, or not wanted
      await unlink(file).catch(() => undefined);
    };
    try {
      await room;
      const whole = content instanceof Uint8Array ? [content] : content;
      const chunks = options.signal && Symbol.asyncIterator in whole ? abortable(whole, options.signal) : whole;
      const writer = new HashingWriter(handle, 0, createHash('sha256'));
      for await (const chunk of chunks) {
        options.check?.(writer.sizeBytes + chunk.byteLength);
        await writer.write(chunk);
      }
      options.signal?.throwIfAborted();
      const { sizeBytes, head } = writer;
      const staged = await this.#name({ file, sha256: writer.digest(), sizeBytes, head }, handle.sync());
      void discard(); // the answer does not depend on it
      return staged;
    } catch (error) {
      await discard();
      throw error;
    }
  }

  /** A content that its commit takes along; undefined if it is too large for that, or there is no room. */
  async #hold(content: Uint8Array, { check, signal, keyId }: StageOptions): Promise<StagedBlob | undefined> {
    if (!this.#pending || content.byteLength > ROW_BYTES || !this.#ample?.isAmple) return undefined;
    check?.(content.byteLength);
    signal?.throwIfAborted();
    const sha256 = hash('sha256', content, 'hex');
    const row = this.#pending.hold(sha256, new Uint8Array(content), keyId);
    if (!row) return undefined;
    const release = this.pin(sha256);
    await this.#removing.get(sha256);
    return { sha256, sizeBytes: content.byteLength, head: headOf(new Uint8Array(), content), row, release };
  }

  async #stageSmall(content: Uint8Array, { check, signal }: StageOptions): Promise<StagedBlob> {
    check?.(content.byteLength);
    signal?.throwIfAborted();
    const bytes = new Uint8Array(content); // given away
    const sha256 = hash('sha256', content, 'hex');
    const head = headOf(new Uint8Array(), content);
    const file = this.#folders.fileOf(sha256);
    const release = this.pin(sha256);
    try {
      await this.#removing.get(sha256);
      const mark = this.#uncommitted.has(sha256) ? undefined : this.#uncommitted.markOf(sha256);
      const stored = await this.#small.write({ file, mark, bytes });
      if (stored.kind === 'full') throw allButFull(stored.freeBytes);
      if (stored.isMarked) this.#uncommitted.add(sha256);
      if (stored.kind === 'failed') throw Object.assign(new Error(stored.message), stored);
    } catch (error) {
      release();
      return diskError(error);
    }
    return { sha256, sizeBytes: content.byteLength, head, release };
  }

  /** Waits for what is being stored, and gives contents in the log their files. Nothing may be staged afterwards. */
  async close(): Promise<void> {
    await this.#pending?.close();
    await this.#small.close();
  }

  /**
   * Takes a synced file as a blob: by a hard link if the file system can, so that the original stays until
   * its owner refers to the blob; else by moving it.
   */
  adopt(partial: PartialBlob): Promise<StagedBlob> {
    return this.#name(partial, Promise.resolve());
  }

  /** Gives a file its name among the contents once it is `synced`; the name is on disk when this answers. */
  async #name({ file, sha256, sizeBytes, head }: PartialBlob, synced: Promise<void>): Promise<StagedBlob> {
    const release = this.pin(sha256);
    synced.catch(() => undefined); // awaited below, perhaps after it failed
    try {
      await this.#removing.get(sha256);
      const target = this.#folders.fileOf(sha256);
      await Promise.all([synced, this.#uncommitted.mark(sha256, target)]);
      await takeName(file, target, sizeBytes);
      // Also if it existed: the write that renamed it may not have synced yet.
      await syncDirectory(dirname(target));
    } catch (error) {
      release();
      return diskError(error);
    }
    return { sha256, sizeBytes, head, release };
  }

  /** Keeps a content from being removed until the returned function is called. */
  pin(sha256: string): () => void {
    return this.#pinned.pin(sha256);
  }

  /**
   * The file of a content, for code that reads it itself. One that is in the log gets its file first: `storage_failed`
   * where the disk does not take it.
   */
  async fileOf(sha256: string): Promise<string> {
    await this.#pending?.settle(sha256).catch(diskError);
    return this.#folders.fileOf(sha256);
  }

  /** Gives all contents that are in the log their files, as far as the disk takes them. */
  async writeOut(): Promise<void> {
    await this.#pending?.writeAll();
  }

  /** Whether a content is in the log still, because the disk does not take its file. */
  async isInLog(sha256: string): Promise<boolean> {
    await this.#pending?.settle(sha256).catch(() => undefined); // said by its writer
    return this.#pending?.has(sha256) ?? false;
  }

  /** Bytes of a content, checked against their hash: see {@link CheckedReader.read}. */
  async read(sha256: string, start: number, end: number, sizeBytes: number): Promise<Readable> {
    if (end <= start) return Readable.from([]);
    const pending = this.#pending?.bytesOf(sha256);
    if (pending) return Readable.from([Buffer.from(pending.subarray(start, end))]);
    return this.#reader.read({ file: this.#folders.fileOf(sha256), sha256, sizeBytes }, start, end);
  }

  /**
   * {@link fileOf}, or the error of a content that has none, or is damaged, as far as the read of a part finds that; not
   * of a missing one.
   */
  async soundFile(sha256: string, sizeBytes: number): Promise<string | HubError> {
    try {
      const file = await this.fileOf(sha256);
      return (await this.#reader.isDamaged({ file, sha256, sizeBytes })) ? damagedContent(sha256) : file;
    } catch (error) {
      if (error instanceof HubError) return error;
      throw error;
    }
  }

  /** Throws `storage_failed` where a content is not there: no new event may refer to it. */
  mustHave(sha256: string): void {
    if (!this.#pending?.has(sha256) && !existsSync(this.#folders.fileOf(sha256))) unreadable(sha256, undefined);
  }

  /** A version refers to the content now: if it is purged, the log knows. */
  committed(sha256: string): Promise<void> {
    return this.#uncommitted.unmark(sha256);
  }

  /** Removes a content if nobody reads or writes it, no version has it, and it belongs to this log. */
  async remove(sha256: string, log: ContentsInLog): Promise<boolean> {
    if (this.#pinned.has(sha256) || this.#removing.has(sha256) || log.refersTo(sha256)) return false;
    if (!this.#uncommitted.has(sha256) && !log.onceReferredTo(sha256)) return false;
    const removal = this.#unlink(sha256);
    this.#removing.set(
      sha256,
      removal.catch(() => undefined), // the error of the one before is not this one's
    );
    try {
      await removal;
    } finally {
      this.#removing.delete(sha256);
    }
    await this.committed(sha256);
    return true;
  }

  async #unlink(sha256: string): Promise<void> {
    await this.#pending?.discard(sha256);
    await unlink(this.#folders.fileOf(sha256)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }

  /** Calls {@link remove} for every content and answers how many were removed. Lets other work run in between. */
  async sweep(log: ContentsInLog): Promise<number> {
    let removed = 0;
    // First, as they may get their files while others are looked at.
    for (const sha256 of this.#pending?.names() ?? []) if (await this.remove(sha256, log)) removed += 1;
    for (const shard of SHARDS) {
      for (const name of await readdir(join(this.#folders.root, shard))) {
        if (CONTENT_NAME.test(name) && (await this.remove(name, log))) removed += 1;
      }
    }
    for (const sha256 of this.#uncommitted.names()) {
      if (this.#pinned.has(sha256)) continue;
      if (log.refersTo(sha256)) await this.committed(sha256);
      else await this.remove(sha256, log); // a mark without its content
    }
    return removed;
  }
}
