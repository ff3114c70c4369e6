import type { Stats } from 'node:fs';

/** Contents that are remembered: some 200 bytes each. */
const MOST = 10_000;

type StatFacts = Pick<Stats, 'ino' | 'size' | 'mtimeMs'>;

/** Which contents were read as a whole while the hub runs, and whether they were as they were written. */
export class KnownContents {
  readonly #known = new Map<string, { readonly stamp: string; readonly isSound: boolean }>();

  /** Whether a content was sound when it was last read; undefined if its file was not read or is another by now. */
  isSound(sha256: string, file: StatFacts): boolean | undefined {
    const known = this.#known.get(sha256);
    return known?.stamp === stampOf(file) ? known.isSound : undefined;
  }

  note(sha256: string, file: StatFacts, isSound: boolean): void {
    this.#known.delete(sha256);
    this.#known.set(sha256, { stamp: stampOf(file), isSound });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** Not its ctime: that changes when the second name of a new content is removed. */
function stampOf({ ino, size, mtimeMs }: StatFacts): string {
  return `${ino} ${size} ${mtimeMs}`;
}
