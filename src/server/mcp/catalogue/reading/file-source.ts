import { Readable } from 'node:stream';
import type { Files } from '../../../../hub/files/files.ts';
import { textEncoding } from '../../../../hub/files/text-encoding.ts';
import type { FileRecord } from '../../../../protocol/records.ts';
import { restOfStream, SAMPLE_BYTES } from './text-content.ts';

/** One version of a file, read in parts. Its beginning is fetched once: for a small file that is all of it. */
export class FileSource {
  readonly file: FileRecord;
  readonly #files: Files;
  #head: Promise<Buffer> | undefined;

  constructor(files: Files, file: FileRecord) {
    this.#files = files;
    this.file = file;
  }

  /** The encoding of a text; undefined when the file is none. */
  async encoding(): Promise<string | undefined> {
    return textEncoding(await this.#beginning(), this.file.mime);
  }

  /** Bytes from `start` up to `end` (exclusive) or the file's end. */
  async bytes(start: number, end: number): Promise<Buffer> {
    const stop = Math.min(end, this.file.sizeBytes);
    if (stop <= start) return Buffer.alloc(0);
    return stop <= SAMPLE_BYTES ? (await this.#beginning()).subarray(start, stop) : this.#fetch(start, stop);
  }

  /** All of it. The caller reads it to its end or destroys it. */
  async stream(): Promise<Readable> {
    const { workspace, path, version, sizeBytes } = this.file;
    if (sizeBytes <= SAMPLE_BYTES) return Readable.from([await this.#beginning()]);
    return (await this.#files.read(workspace, path, { version })).stream;
  }

  #beginning(): Promise<Buffer> {
    return (this.#head ??= this.#fetch(0, Math.min(SAMPLE_BYTES, this.file.sizeBytes)));
  }

  async #fetch(start: number, stop: number): Promise<Buffer> {
    if (stop <= start) return Buffer.alloc(0);
    const { workspace, path, version } = this.file;
    return restOfStream((await this.#files.read(workspace, path, { version, range: { start, end: stop - 1 } })).stream);
  }
}
