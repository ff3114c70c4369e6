import { open, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Contents that are stored and not known to be referred to: by this process, or before a crash. Each has a mark, an
 * empty file `abcd…` in `incoming`, which is made before the content gets its name: a crash in between leaves a mark too many,
 * never a content too many.
 */
export class UncommittedContents {
  readonly #incoming: string;
  readonly #names = new Set<string>();

  constructor(incoming: string) {
    this.#incoming = incoming;
  }

  has(sha256: string): boolean {
    return this.#names.has(sha256);
  }

  names(): Iterable<string> {
    return this.#names;
  }

  /** A content whose mark is on disk already. */
  add(sha256: string): void {
    this.#names.add(sha256);
  }

  markOf(sha256: string): string {
    return join(this.#incoming, sha256);
  }

  /** Marks a content that is to get the name `target`, unless it is there already: then it is not ours to remove. */
  async mark(sha256: string, target: string): Promise<void> {
    if (this.#names.has(sha256) || (await stat(target).catch(() => undefined))) return;
    await (await open(this.markOf(sha256), 'w', 0o600)).close();
    this.#names.add(sha256);
  }

  /** Takes a mark away: a version refers to the content, or it is gone. */
  async unmark(sha256: string): Promise<void> {
    if (!this.#names.delete(sha256)) return;
    // A mark that cannot be removed does no harm: a content that is referred to is kept.
    await unlink(this.markOf(sha256)).catch(() => undefined);
  }
}
