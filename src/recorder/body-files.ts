import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Bodies that are larger lie in files of their own, in bytes. */
export const INLINE_BYTES = 256 * 1024;
/** What the database keeps of such a body, in bytes. */
export const PREVIEW_BYTES = 16 * 1024;
/** What is read at once to search a body, in bytes. */
const SEARCHED_BYTES = 1024 * 1024;

/** The files with large bodies, in the recorder's folder. They are for their owner only. */
export class BodyFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = path.join(folder, 'bodies');
  }

  /** Writes a body; answers the name of its file. Throws what the disk says, and leaves no part of it then. */
  write(id: number, bytes: Uint8Array): string {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const name = String(id);
    const file = openSync(path.join(this.#folder, name), 'w', 0o600);
    let at = 0;
    try {
      while (at < bytes.byteLength) at += writeSync(file, bytes, at);
    } finally {
      closeSync(file);
      if (at < bytes.byteLength) this.remove(name);
    }
    return name;
  }

  /** A part of a body; throws where its file is gone. */
  read(name: string, offset: number, length: number): Buffer {
    const file = openSync(path.join(this.#folder, name), 'r');
    try {
      const part = Buffer.alloc(length);
      return part.subarray(0, readSync(file, part, 0, length, offset));
    } finally {
      closeSync(file);
    }
  }

  /** Whether a body has one of some texts in it; also where its file cannot be read, as nobody knows then. */
  says(name: string, texts: readonly Buffer[]): boolean {
    const overlap = Math.max(0, ...texts.map(({ length }) => length - 1));
    try {
      for (let offset = 0; ;) {
        const part = this.read(name, offset, SEARCHED_BYTES + overlap);
        if (texts.some((text) => part.includes(text))) return true;
        if (part.length < SEARCHED_BYTES + overlap) return false;
        offset += SEARCHED_BYTES;
      }
    } catch {
      return true;
    }
  }

  remove(name: string): void {
    rmSync(path.join(this.#folder, name), { force: true });
  }
}
