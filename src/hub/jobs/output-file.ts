import { randomBytes } from 'node:crypto';
import { chmod, lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '../../protocol/errors.ts';
import { formatSize } from '../../protocol/words/units.ts';
import type { BlobStore } from '../disk/blob-store.ts';
import { contentFolders } from '../disk/content-folders.ts';
import { PartialFile } from '../disk/partial-file.ts';
import type { StagedBlob } from '../disk/staged-blob.ts';
import type { Timers } from '../timers.ts';

/** How often it is looked whether a job's file has become too large. */
const LOOK_EVERY_MS = 500;

/**
 * The file that a job writes, outside of all workspaces until the job has succeeded. It lies where contents come in,
 * which a start empties: what a killed hub leaves behind is gone with the next.
 */
export class OutputFile {
  readonly location: string;
  readonly maxBytes: number;
  readonly #timers: Timers;
  #timer: unknown;

  constructor(dataDir: string, maxBytes: number, timers: Timers) {
    this.location = join(contentFolders(dataDir).incoming, `job-${randomBytes(12).toString('hex')}`);
    this.maxBytes = maxBytes;
    this.#timers = timers;
  }

  /** Calls `onTooLarge` when the file has become larger than it may be. Ends with {@link discard}. */
  watch(onTooLarge: (refusal: HubError) => void): void {
    this.#timer = this.#timers.setTimeout(() => {
      void this.#size().then((sizeBytes) => {
        if (this.#timer === undefined) return;
        if (sizeBytes !== undefined && sizeBytes > this.maxBytes) onTooLarge(tooLarge(this.maxBytes));
        else this.watch(onTooLarge);
      });
    }, LOOK_EVERY_MS);
  }

  /** Makes a content of it, hashed here: nobody believes a job's process. `too_large`, or `internal` where it wrote none. */
  async stage(blobs: BlobStore): Promise<StagedBlob> {
    const sizeBytes = await this.#size();
    if (sizeBytes === undefined) throw new HubError('internal', 'The job ended well and left no file.');
    if (sizeBytes > this.maxBytes) throw tooLarge(this.maxBytes);
    await chmod(this.location, 0o600);
    return blobs.adopt(await new PartialFile(this.location).finish());
  }

  /** Removes what is there of it. */
  async discard(): Promise<void> {
    this.#timers.clearTimeout(this.#timer);
    this.#timer = undefined;
    await rm(this.location, { recursive: true, force: true });
  }

  #size(): Promise<number | undefined> {
    return lstat(this.location).then(
      (found) => (found.isFile() ? found.size : undefined),
      () => undefined,
    );
  }
}

function tooLarge(maxBytes: number): HubError {
  return new HubError('too_large', `Its file would be larger than the ${formatSize(maxBytes)} that it may have.`);
}
