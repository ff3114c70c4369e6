import { statfs } from 'node:fs/promises';
import type { Timers } from '../timers.ts';
import { isAmple } from './disk.ts';
import { PENDING_BYTES } from './pending-contents.ts';

/** The disk is asked at most this often. */
const EVERY_MS = 1_000;
/** What contents may take in the log: in its write-ahead log, in the database, and then in their files. */
const NEEDED_BYTES = 4 * PENDING_BYTES;

/**
 * Whether a disk has so much room that contents may go into the log without a look at it each time. It answers at once,
 * by what the disk said last, and asks it again meanwhile. A disk that does not say how much room it has, has not enough.
 */
export class AmpleRoom {
  readonly #folder: string;
  readonly #timers: Timers;
  #isAmple = false;
  #askedAt = -Infinity;

  constructor(folder: string, timers: Timers) {
    this.#folder = folder;
    this.#timers = timers;
  }

  get isAmple(): boolean {
    if (this.#timers.elapsed() - this.#askedAt >= EVERY_MS) void this.ask();
    return this.#isAmple;
  }

  async ask(): Promise<void> {
    this.#askedAt = this.#timers.elapsed();
    this.#isAmple = isAmple(await statfs(this.#folder).catch(() => undefined), NEEDED_BYTES);
  }
}
