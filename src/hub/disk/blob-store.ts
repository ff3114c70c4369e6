import { createHash, randomBytes, type Hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { link, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { HubError } from '../../protocol/errors.ts';
import { abortable } from './abortable.ts';
import { diskError, makeFolder, mustHaveRoom, syncDirectory } from './disk.ts';

/** As much of a content as it takes to tell its type. */
export const HEAD_BYTES = 8192;
/** How much may be in the operating system's hands before it is asked to write: keeps the last sync short. */
const SYNC_EVERY_BYTES = 64 * 1024 * 1024;
/** Larger reads mean fewer turns of the loop for the same bytes. */
const READ_BYTES = 256 * 1024;
const SHARDS = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));
const HASH = /^[0-9a-f]{64}$/u;

export interface StageOptions {
  /** Called with all bytes so far before each write; throws to refuse more. */
  readonly check?: (receivedBytes: number) => void;
  readonly signal?: AbortSignal;
}

/** What the log has to say of contents. */
export interface ContentsInLog {
  /** Whether a kept version has it. */
  refersTo(sha256: string): boolean;
  /** Whether a version had it that is gone for good. */
  onceReferredTo(sha256: string): boolean;
}

/** A content that is whole and on disk. Until `release` it cannot be removed, referred to or not. */
export interface StagedBlob {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The first {@link HEAD_BYTES}. */
  readonly head: Uint8Array;
  release(): void;
}

/** A file of received bytes that is to become a blob. */
export interface PartialBlob {
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly head: Uint8Array;
}

/**
 * Contents by their SHA-256, each stored once at `blobs/ab/abcd…`. A content is written to a
 * temporary file, synced, renamed and its directory synced before anybody may refer to it; so
 * what has a name here is whole.
 *
 * Only two kinds of contents are ever removed: those that this log once referred to, and those that
 * were put here for a commit that never came (an empty file at `blobs/incoming/abcd…` says so for as
 * long as that is open). Whatever else is here belongs to a log that was lost or damaged, and stays.
 */
export class BlobStore {
  readonly #root: string;
  readonly #pins = new Map<string, number>();
  readonly #removing = new Map<string, Promise<void>>();
  /** Put here by this store, or by one before a crash, and not known to be referred to. */
  readonly #uncommitted = new Set<string>();

  private constructor(root: string) {
    this.#root = root;
  }

  /** Makes the folders under `dataDir` and removes what a crash left half written. */
  static async open(options: { readonly dataDir: string }): Promise<BlobStore> {
    const store = new BlobStore(join(options.dataDir, 'blobs'));
    await makeFolder(store.#temporary());
    for (const name of await readdir(store.#temporary())) {
      if (HASH.test(name)) store.#uncommitted.add(name);
      else await rm(join(store.#temporary(), name), { recursive: true, force: true });
    }
    const there = new Set(await readdir(store.#root));
    const missing = SHARDS.filter((shard) => !there.has(shard));
    for (const shard of missing) mkdirSync(join(store.#root, shard)); // 256 turns of the loop would take longer
    if (missing.length > 0) await syncDirectory(store.#root);
    return store;
  }

  /** Streams a content in. Whatever goes wrong, nothing of it stays. Disk errors are `storage_failed`. */
  async stage(content: AsyncIterable<Uint8Array> | Uint8Array, options: StageOptions = {}): Promise<StagedBlob> {
    await mustHaveRoom(this.#temporary());
    const file = join(this.#temporary(), randomBytes(12).toString('hex'));
    const handle = await open(file, 'wx', 0o600).catch(diskError);
    try {
      const whole = content instanceof Uint8Array ? [content] : content;
      const chunks = options.signal && Symbol.asyncIterator in whole ? abortable(whole, options.signal) : whole;
      const writer = new HashingWriter(handle, 0, createHash('sha256'));
      for await (const chunk of chunks) {
        options.check?.(writer.sizeBytes + chunk.byteLength);
        await writer.write(chunk);
      }
      options.signal?.throwIfAborted();
      await handle.sync().catch(diskError);
      await handle.close().catch(diskError);
      const { sizeBytes, head } = writer;
      return await this.adopt({ file, sha256: writer.digest(), sizeBytes, head });
    } finally {
      await handle.close().catch(() => undefined); // perhaps a second time
      await rm(file, { force: true }).catch(() => undefined); // else it is swept at the next start
    }
  }

  /**
   * Takes a synced file in, under a second name where the file system can do that, so that the
   * first is still there should its owner not get to refer to it. Else the file is moved.
   */
  async adopt({ file, sha256, sizeBytes, head }: PartialBlob): Promise<StagedBlob> {
    const release = this.pin(sha256);
    try {
      await this.#removing.get(sha256);
      const target = this.pathOf(sha256);
      await this.#markUncommitted(sha256, target);
      await takeName(file, target, sizeBytes);
      // Also when it was there: whoever renamed it may not have come to this yet.
      await syncDirectory(dirname(target));
    } catch (error) {
      release();
      return diskError(error);
    }
    return { sha256, sizeBytes, head, release };
  }

  /** Keeps a content from being removed until the answer is called. */
  pin(sha256: string): () => void {
    this.#pins.set(sha256, (this.#pins.get(sha256) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (this.#pins.get(sha256) ?? 1) - 1;
      if (left === 0) this.#pins.delete(sha256);
      else this.#pins.set(sha256, left);
    };
  }

  /** Where a content is, for what reads it by itself. */
  pathOf(sha256: string): string {
    if (!HASH.test(sha256)) throw new Error(`Not a SHA-256: ${sha256}`);
    return join(this.#root, sha256.slice(0, 2), sha256);
  }

  /** The bytes from `start` to before `end`. */
  async read(sha256: string, start: number, end: number): Promise<Readable> {
    if (end <= start) return Readable.from([]);
    const handle = await open(this.pathOf(sha256), 'r').catch((error: unknown) => {
      throw new HubError(
        'storage_failed',
        `Content ${sha256} cannot be read from the data directory; restore it from a backup.`,
        { cause: error },
      );
    });
    return handle.createReadStream({ start, end: end - 1, highWaterMark: READ_BYTES });
  }

  /** A version has the content now: should that be purged, the log knows of it. */
  async committed(sha256: string): Promise<void> {
    if (!this.#uncommitted.delete(sha256)) return;
    // One that cannot be removed says something untrue of a content that is referred to, and so kept.
    await rm(this.#markOf(sha256), { force: true }).catch(() => undefined);
  }

  /** Removes a content that nobody reads or writes, no version has, and that is this log's own. */
  async remove(sha256: string, log: ContentsInLog): Promise<boolean> {
    if (this.#pins.has(sha256) || this.#removing.has(sha256) || log.refersTo(sha256)) return false;
    if (!this.#uncommitted.has(sha256) && !log.onceReferredTo(sha256)) return false;
    const removal = unlink(this.pathOf(sha256)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    this.#removing.set(
      sha256,
      removal.catch(() => undefined), // who waits for the way to be free has nothing to do with why it is not
    );
    try {
      await removal;
    } finally {
      this.#removing.delete(sha256);
    }
    await this.committed(sha256);
    return true;
  }

  /** Does {@link remove} with every content; answers how many went. Lets others work in between. */
  async sweep(log: ContentsInLog): Promise<number> {
    let removed = 0;
    for (const shard of SHARDS) {
      for (const name of await readdir(join(this.#root, shard))) {
        if (HASH.test(name) && (await this.remove(name, log))) removed += 1;
      }
    }
    for (const sha256 of this.#uncommitted) {
      if (this.#pins.has(sha256)) continue;
      if (log.refersTo(sha256)) await this.committed(sha256);
      else await this.remove(sha256, log); // marked, and never put here
    }
    return removed;
  }

  /** Before the content has its name: a crash in between leaves a mark too many, not a content too many. */
  async #markUncommitted(sha256: string, target: string): Promise<void> {
    // What is there already is not ours to remove, whoever refers to it.
    if (this.#uncommitted.has(sha256) || (await stat(target).catch(() => undefined))) return;
    await (await open(this.#markOf(sha256), 'w', 0o600)).close();
    this.#uncommitted.add(sha256);
  }

  #markOf(sha256: string): string {
    return join(this.#temporary(), sha256);
  }

  #temporary(): string {
    return join(this.#root, 'incoming');
  }
}

/** Gives a file a second name, unless that is taken by a file of the same size: its content's hash says which. */
async function takeName(file: string, target: string, sizeBytes: number): Promise<void> {
  try {
    await link(file, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // what node:fs throws
    if (code === 'ENOENT' || code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') throw error;
    if (code === 'EEXIST' && (await stat(target)).size === sizeBytes) return;
    await rename(file, target); // what is there is damaged, or the file system has no hard links
  }
}

/** Writes to a file's end, hashing what passes, and keeps the head. */
export class HashingWriter {
  readonly #handle: FileHandle;
  readonly #hash: Hash;
  #head: Uint8Array;
  #sizeBytes: number;
  #unsynced = 0;

  /** `hash` must have seen the file's first `sizeBytes`, of which `head` is the beginning. */
  constructor(handle: FileHandle, sizeBytes: number, hash: Hash, head: Uint8Array = new Uint8Array()) {
    this.#handle = handle;
    this.#sizeBytes = sizeBytes;
    this.#hash = hash;
    this.#head = head;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get head(): Uint8Array {
    return this.#head;
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength;) {
      const { bytesWritten } = await this.#handle
        .write(chunk, at, chunk.byteLength - at, this.#sizeBytes + at)
        .catch(diskError);
      at += bytesWritten;
    }
    this.#hash.update(chunk);
    this.#head = headOf(this.#head, chunk);
    this.#sizeBytes += chunk.byteLength;
    this.#unsynced += chunk.byteLength;
    if (this.#unsynced < SYNC_EVERY_BYTES) return;
    this.#unsynced = 0;
    await this.#handle.datasync().catch(diskError);
  }

  /** Hex. The writer takes nothing afterwards. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** A head with the next piece added, at most {@link HEAD_BYTES} long. */
export function headOf(head: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (head.byteLength >= HEAD_BYTES) return head;
  return Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.byteLength)]);
}

/** The refusal of a content that is not the one that was announced. */
export function checksumMismatch(announced: string, found: string): HubError {
  return new HubError('checksum_mismatch', `The content has SHA-256 ${found}, not ${announced}; send it again.`, {
    details: { announced, found },
  });
}
