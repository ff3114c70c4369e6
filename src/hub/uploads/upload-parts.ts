import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError, makeFolder } from '../disk/disk.ts';
import { PartialFile } from '../disk/partial-file.ts';

/** The received parts of open uploads: a file for each, at `uploads/{id}` in the data directory. */
export class UploadParts {
  readonly #folder: string;
  readonly #parts = new Map<string, PartialFile>();
  readonly #removals = new Set<Promise<void>>();

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'uploads');
  }

  /** Makes the folder. Disk errors are `storage_failed`. */
  async makeFolder(): Promise<void> {
    await makeFolder(this.#folder).catch(diskError);
  }

  of(uploadId: string): PartialFile {
    let part = this.#parts.get(uploadId);
    if (!part) {
      part = new PartialFile(join(this.#folder, uploadId));
      this.#parts.set(uploadId, part);
    }
    return part;
  }

  /** Removes a part. One that cannot be removed now is removed at the next start. */
  async remove(uploadId: string): Promise<void> {
    this.#parts.delete(uploadId);
    const removal = rm(join(this.#folder, uploadId), { force: true }).catch(() => undefined);
    this.#removals.add(removal);
    await removal;
    this.#removals.delete(removal);
  }

  /** Removes the parts of uploads that are not open. */
  async sweep(isOpen: (uploadId: string) => boolean): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (!isOpen(name)) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** Waits for the removals under way. */
  async close(): Promise<void> {
    await Promise.all(this.#removals);
  }
}
