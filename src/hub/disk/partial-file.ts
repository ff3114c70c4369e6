import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { headOf, HashingWriter } from './hashing-writer.ts';
import { diskError, mustHaveRoom, syncDirectory } from './disk.ts';

/** Hash state and head of the received part, so that it need not be read again. */
interface ReceivedPart {
  readonly hash: Hash;
  readonly sizeBytes: number;
  readonly head: Uint8Array;
}

/**
 * The received part of one upload, in a file that outlives the process. The hash is kept in memory; after a
 * restart the part is read once to compute it again.
 */
export class PartialFile {
  readonly file: string;
  #progress: ReceivedPart | undefined;

  constructor(file: string) {
    this.file = file;
  }

  /** Bytes received so far; does not read them. */
  async sizeBytes(): Promise<number> {
    return this.#progress?.sizeBytes ?? (await stat(this.file).catch(() => undefined))?.size ?? 0;
  }

  /**
   * Adds to the end. If `content` breaks off, what has arrived is kept. If `verify` (which gets the piece's
   * digest in base64) refuses, or the disk fails, the piece is dropped: a full disk needs the room. `check`
   * is asked before each write and may throw.
   */
  async append(
    content: AsyncIterable<Uint8Array>,
    options: {
      readonly check: (receivedBytes: number, chunkBytes: number) => void;
      readonly wrote: (receivedBytes: number) => void;
      readonly verify?: { readonly algorithm: string; readonly check: (base64: string) => void };
    },
  ): Promise<number> {
    await mustHaveRoom(dirname(this.file));
    const handle = await open(this.file, constants.O_RDWR | constants.O_CREAT, 0o600).catch(diskError);
    try {
      const before = this.#progress ?? (await readBack(handle));
      this.#progress = undefined; // unknown until the end: a disk failure leaves it so
      const undo: ReceivedPart = { ...before, hash: before.hash.copy() };
      const piece = options.verify && createHash(options.verify.algorithm);
      const writer = new HashingWriter(handle, before.sizeBytes, before.hash, before.head);
      let isKept = true;
      // If the work fails, nothing of the piece stays.
      const orNone = async (work: () => Promise<void>): Promise<void> => {
        isKept = false;
        await work();
        isKept = true;
      };
      try {
        try {
          for await (const chunk of content) {
            options.check(writer.sizeBytes, chunk.byteLength);
            await orNone(() => writer.write(chunk));
            piece?.update(chunk);
            options.wrote(writer.sizeBytes);
          }
        } finally {
          if (isKept) await orNone(() => this.#sync(handle, before.sizeBytes === 0));
        }
        if (piece) await orNone(async () => options.verify?.check(piece.digest('base64')));
      } finally {
        if (isKept) this.#progress = { hash: before.hash, sizeBytes: writer.sizeBytes, head: writer.head };
        else await this.#takeBack(handle, undo);
      }
      return await this.sizeBytes();
    } finally {
      await handle.close();
    }
  }

  /** Syncs the file and answers hash and head of the whole content, for making a blob of it. */
  async finish(): Promise<{
    readonly file: string;
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly head: Uint8Array;
  }> {
    const handle = await open(this.file, constants.O_RDWR | constants.O_CREAT, 0o600).catch(diskError);
    try {
      this.#progress ??= await readBack(handle);
      await handle.sync().catch(diskError);
      const { hash, sizeBytes, head } = this.#progress;
      return { file: this.file, sha256: hash.copy().digest('hex'), sizeBytes, head };
    } finally {
      await handle.close();
    }
  }

  /** A file that may be new needs its name on disk, too, before anybody hears of what has arrived. */
  async #sync(handle: FileHandle, mayBeNew: boolean): Promise<void> {
    await handle.datasync().catch(diskError);
    if (mayBeNew) await syncDirectory(dirname(this.file)).catch(diskError);
  }

  /** Truncates the file to its length before a piece. If even that fails, the file is read again next time. */
  async #takeBack(handle: FileHandle, before: ReceivedPart): Promise<void> {
    const isDone = await handle.truncate(before.sizeBytes).then(
      () => true,
      () => false,
    );
    if (isDone) this.#progress = before;
  }
}

async function readBack(handle: FileHandle): Promise<ReceivedPart> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  let sizeBytes = 0;
  let head: Uint8Array = new Uint8Array();
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, sizeBytes).catch(diskError);
    if (bytesRead === 0) return { hash, sizeBytes, head };
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    head = headOf(head, chunk);
    sizeBytes += bytesRead;
  }
}
