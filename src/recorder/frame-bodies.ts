import type { ReadBody } from './batch-reader.ts';
import { type BodyFiles, INLINE_BYTES, PREVIEW_BYTES } from './body-files.ts';
import type { FrameStatements } from './frame-statements.ts';
import { maskBytes } from './masking.ts';

/** Writes the bodies of frames, with their secrets masked: small ones into the database, large ones into files. */
export class FrameBodies {
  readonly #sql: Pick<FrameStatements, 'insertBody'>;
  readonly #files: BodyFiles;
  /** Files that the batch at hand has written. */
  #newFiles: string[] = [];

  constructor(sql: Pick<FrameStatements, 'insertBody'>, files: BodyFiles) {
    this.#sql = sql;
    this.#files = files;
  }

  /** Answers the size as it was sent, and how many secrets were masked. */
  write(id: number, { bytes, suffix }: ReadBody): { readonly size: number; readonly masked: number } {
    const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { kept, count } = maskBytes(given);
    const size = given.byteLength;
    if (kept.byteLength <= INLINE_BYTES) {
      this.#sql.insertBody.run(id, size, kept, null, suffix ?? null);
    } else {
      const file = this.#files.write(id, kept);
      this.#newFiles.push(file);
      this.#sql.insertBody.run(id, size, kept.subarray(0, PREVIEW_BYTES), file, suffix ?? null);
    }
    return { size, masked: count };
  }

  /** The batch is over. */
  endBatch(): void {
    this.#newFiles = [];
  }

  /** The batch could not be written. */
  removeFiles(): void {
    for (const name of this.#newFiles) this.#files.remove(name);
  }
}
