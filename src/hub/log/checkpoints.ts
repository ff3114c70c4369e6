import { Worker } from 'node:worker_threads';
import { workerUrl } from '../worker-url.ts';
import type { Checkpoint } from './checkpoint.ts';

export interface CheckpointsOptions {
  /** The database. */
  readonly file: string;
  /** A checkpoint by the writer itself, between two commits: then nothing is written meanwhile. */
  readonly byWriter: () => Checkpoint;
}

/** How much is written between two checkpoints, in pages, as much as SQLite's own default. */
const EVERY_PAGES = 1_000;
/** Pages that the write-ahead log may have (16 MiB) before it is made to start over. */
const MOST_PAGES = 4_096;

/**
 * Copies the write-ahead log into the database on a thread of its own, which is made when first needed:
 * within a commit, as SQLite does it, every hundredth would wait for another sync of the disk.
 *
 * What is written during a copy is not in it, so that under a steady load the write-ahead log never
 * starts over by itself. Past a cap the writer copies the rest, which is little right after the thread's
 * copy. It counts by itself too: in a flood without a pause nothing that the thread says gets through.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  #thread: Worker | undefined;
  #isCopying = false;
  #pages = 0;
  /** Written since the write-ahead log was last copied as a whole, and so could start over. */
  #behind = 0;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  /** A commit was written: of so many pages, about. */
  wrote(pages: number): void {
    this.#behind += pages;
    if (this.#behind > MOST_PAGES) this.#catchUp();
    this.#pages += pages;
    if (this.#pages < EVERY_PAGES || this.#isCopying) return;
    this.#pages = 0;
    this.#isCopying = true;
    this.#thread ??= this.#start();
    this.#thread.postMessage(undefined);
  }

  /** Resolves when nothing is copied any more, and the thread has let go of the database. */
  async close(): Promise<void> {
    this.#thread?.removeAllListeners();
    await this.#thread?.terminate();
  }

  #start(): Worker {
    const thread = new Worker(workerUrl('log/checkpoint-thread'), {
      workerData: this.#options.file,
      name: 'log checkpoints',
    });
    thread.on('message', ({ pages, copied }: Checkpoint) => {
      this.#isCopying = false;
      if (pages > 0 && copied === pages) this.#behind = 0;
      else if (pages > MOST_PAGES) this.#catchUp();
    });
    // Without a thread the writer does it itself, as often.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.#thread = undefined;
      this.#isCopying = false;
      this.#catchUp();
    });
    return thread;
  }

  /** While the thread is in the middle of a copy this does nothing; then the next commit tries again. */
  #catchUp(): void {
    const { pages, copied } = this.#options.byWriter();
    if (pages > 0 && copied === pages) this.#behind = 0;
  }
}
