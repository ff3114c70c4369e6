import { hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  CHECKED_FIRST_BYTES,
  CHECKED_FOR_PARTS_BYTES,
  checked,
  damagedContent,
  isContent,
  READ_BYTES,
  unreadable,
} from './checked-content.ts';
import { KnownContents } from './known-contents.ts';

/** A content that has a file. */
interface ContentOnDisk {
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Reads contents from their files, and gives none that is not what its hash says. */
export class CheckedReader {
  readonly #known = new KnownContents();

  /**
   * The bytes from `start` to before `end` of a content of so many bytes, checked against their hash: of one up to
   * {@link CHECKED_FIRST_BYTES} before the first is given, also for a part; of a larger one that is read whole, before
   * the last. A part of one up to {@link CHECKED_FOR_PARTS_BYTES} is given once all of it was read and is sound, as
   * long as its file stays the same. Of a larger one that was never read whole only the size is checked.
   * `storage_failed` if the content is damaged or missing.
   */
  async read({ file, sha256, sizeBytes }: ContentOnDisk, start: number, end: number): Promise<Readable> {
    if (sizeBytes <= CHECKED_FIRST_BYTES) {
      const whole = await readFile(file).catch((error: unknown) => unreadable(sha256, error));
      if (hash('sha256', whole, 'hex') !== sha256) throw damagedContent(sha256);
      return Readable.from([whole.subarray(start, end)]);
    }
    const handle = await open(file, 'r').catch((error: unknown) => unreadable(sha256, error));
    try {
      const isWhole = start === 0 && end === sizeBytes;
      const facts = await handle.stat();
      if (facts.size !== sizeBytes || !(isWhole || (await this.#maySendPart(file, sha256, facts))))
        throw damagedContent(sha256);
      const stream = handle.createReadStream({ start, end: end - 1, highWaterMark: READ_BYTES });
      if (!isWhole) return stream;
      const note = (isSound: boolean): void => this.#known.note(sha256, facts, isSound);
      return Readable.from(checked(stream, sha256, note), { objectMode: false });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Whether a content is damaged, as far as the read of a part finds that; one that is missing is not. */
  async isDamaged({ file, sha256, sizeBytes }: ContentOnDisk): Promise<boolean> {
    const facts = await stat(file).catch(() => undefined);
    if (!facts) return false;
    return facts.size !== sizeBytes || !(await this.#maySendPart(file, sha256, facts));
  }

  /** Whether a content is sound, or too large to be read for a part of it and not known to be damaged. */
  async #maySendPart(file: string, sha256: string, facts: Stats): Promise<boolean> {
    const known = this.#known.isSound(sha256, facts);
    if (known !== undefined || facts.size > CHECKED_FOR_PARTS_BYTES) return known ?? true;
    const isSound = await isContent(file, sha256).catch((error: unknown) => unreadable(sha256, error));
    this.#known.note(sha256, facts, isSound);
    return isSound;
  }
}
