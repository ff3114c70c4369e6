import { Worker } from 'node:worker_threads';
import { workerUrl } from '../worker-url.ts';
import type { Checkpoint } from './checkpoint.ts';

/** What the thread is asked for. */
export type ToCheckpointThread = 'copy' | 'close';

export interface CheckpointsOptions {
  /** The database. */
  readonly file: string;
  /** A checkpoint by the writer itself, between two commits, when nothing else writes. */
  readonly byWriter: () => Checkpoint;
}

/** Pages written between two checkpoints; SQLite's own default. */
const EVERY_PAGES = 1_000;
/** Pages of the write-ahead log (16 MiB) at which it is made to start over. */
const MOST_PAGES = 4_096;

/**
 * Copies the write-ahead log into the database on its own thread, which is made when first needed. SQLite
 * does it within a commit; then every hundredth commit would wait for a second sync.
 *
 * Pages written during a copy are not in it, so under a steady load the write-ahead log would never start
 * over. Past a cap the writer copies the rest, which is little right after the thread's copy. The writer
 * counts pages itself too, because in a flood without a pause it gets no messages from the thread.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  #thread: Worker | undefined;
  #isCopying = false;
  #pages = 0;
  /** Pages written since the write-ahead log was last copied as a whole. */
  #behind = 0;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  /** A commit of about so many pages was written. */
  wrote(pages: number): void {
    this.#behind += pages;
    if (this.#behind > MOST_PAGES) this.#catchUp();
    this.#pages += pages;
    if (this.#pages < EVERY_PAGES || this.#isCopying) return;
    this.#pages = 0;
    this.#isCopying = true;
    this.#thread ??= this.#start();
    this.#thread.postMessage('copy' satisfies ToCheckpointThread);
  }

  /** Resolves when no copy runs and the thread has closed the database. */
  async close(): Promise<void> {
    const thread = this.#thread;
    if (!thread) return;
    thread.removeAllListeners();
    await new Promise<void>((resolve) => {
      thread.once('exit', () => resolve());
      thread.on('error', () => undefined); // its exit follows
      thread.postMessage('close' satisfies ToCheckpointThread);
    });
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
    // Without a thread the writer does it itself, at the same interval.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.#thread = undefined;
      this.#isCopying = false;
      this.#catchUp();
    });
    return thread;
  }

  /** During the thread's copy this does nothing; the next commit tries again. */
  #catchUp(): void {
    const { pages, copied } = this.#options.byWriter();
    if (pages > 0 && copied === pages) this.#behind = 0;
  }
}
