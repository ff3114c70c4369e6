import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { diskError } from './disk.ts';

/** Bytes needed to detect a content's type. */
export const HEAD_BYTES = 8192;
/** Unsynced bytes after which the file is synced, so that the last sync is short. */
const SYNC_EVERY_BYTES = 64 * 1024 * 1024;

/** Appends to a file, hashes what it writes, and keeps the head. */
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

  /** Hex. No writes are allowed afterwards. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** A head with the next chunk added, at most {@link HEAD_BYTES} long. */
export function headOf(head: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (head.byteLength >= HEAD_BYTES) return head;
  return Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.byteLength)]);
}
