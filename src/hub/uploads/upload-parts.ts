import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError, makeFolder } from '../disk/disk.ts';
import { PartialFile } from '../disk/partial-file.ts';

const METADATA = '.metadata';

/**
 * The received parts of open uploads: a file for each, at `uploads/{id}` in the data directory, and beside it what its
 * sender said of it.
 */
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
    const files = [uploadId, `${uploadId}${METADATA}`].map((name) => join(this.#folder, name));
    const removal = Promise.all(files.map((file) => rm(file, { force: true }).catch(() => undefined))).then(
      () => undefined,
    );
    this.#removals.add(removal);
    await removal;
    this.#removals.delete(removal);
  }

  /** Removes the parts of uploads that are not open. */
  async sweep(isOpen: (uploadId: string) => boolean): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const uploadId = name.endsWith(METADATA) ? name.slice(0, -METADATA.length) : name;
      if (!isOpen(uploadId)) await rm(join(this.#folder, name), { force: true });
    }
  }

  async keepMetadata(uploadId: string, text: string): Promise<void> {
    await writeFile(join(this.#folder, `${uploadId}${METADATA}`), text, { mode: 0o600 }).catch(() => undefined);
  }

  metadataOf(uploadId: string): Promise<string | undefined> {
    return readFile(join(this.#folder, `${uploadId}${METADATA}`), 'utf8').catch(() => undefined);
  }

  /** Waits for the removals under way. */
  async close(): Promise<void> {
    await Promise.all(this.#removals);
  }
}
