import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, statfsSync, writeSync } from 'node:fs';

/** How large the file of the write-ahead log is made ahead of what is written into it, in bytes. */
const ROOM_BYTES = 8 * 1024 * 1024;
/** So much is added at a time: a commit that comes meanwhile syncs that too. */
const STEP_BYTES = 512 * 1024;
/** Not on a disk with less room than this. */
const LEAST_FREE_BYTES = 1024 * 1024 * 1024;
/** After the start, which has better things to do; and between two steps. In ms. */
const FIRST_MS = 2_000;
const NEXT_MS = 100;

/**
 * Makes the file of the write-ahead log larger ahead of time, with zeros, which SQLite takes for its end. Where a
 * commit makes the file longer, its sync waits for the file system's journal as well; where it overwrites what is
 * there, it does not. SQLite begins each launch with an empty file.
 *
 * It runs on the writer's thread, between two transactions: nobody else makes that file longer.
 */
export class WalRoom {
  readonly #file: string;
  readonly #roomBytes: number;
  readonly #leastFreeBytes: number;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /**
   * @param file the database
   * @param options where others than usual are wanted
   */
  constructor(file: string, { roomBytes = ROOM_BYTES, firstMs = FIRST_MS, leastFreeBytes = LEAST_FREE_BYTES } = {}) {
    this.#file = `${file}-wal`;
    this.#roomBytes = roomBytes;
    this.#leastFreeBytes = leastFreeBytes;
    this.#arm(firstMs);
  }

  /** Call before the database is closed. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #arm(ms: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.#step(), ms);
    this.#timer.unref();
  }

  #step(): void {
    let handle: number | undefined;
    try {
      const { bavail, bsize } = statfsSync(this.#file);
      if (bavail * bsize < this.#leastFreeBytes) return;
      handle = openSync(this.#file, 'r+');
      if (!addZeros(handle, this.#roomBytes)) return closeSync(handle);
    } catch {
      // It is only slower without: what keeps the disk from it, the next commit reports.
      if (handle !== undefined) closeSync(handle);
      return;
    }
    const opened = handle;
    fdatasync(opened, () => {
      closeSync(opened);
      this.#arm(NEXT_MS);
    });
  }
}

/** Adds a step; false where the file is as large as it is to be. */
function addZeros(handle: number, roomBytes: number): boolean {
  const { size } = fstatSync(handle);
  const bytes = Math.min(STEP_BYTES, roomBytes - size);
  if (bytes <= 0) return false;
  try {
    if (writeSync(handle, Buffer.alloc(bytes), 0, bytes, size) === bytes) return true;
  } catch {
    // as where the disk took a part
  }
  ftruncateSync(handle, size);
  return false;
}
