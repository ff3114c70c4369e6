import { Worker } from 'node:worker_threads';
import type { TextDiff } from '../../../protocol/file-diff.ts';
import { workerUrl } from '../../worker-url.ts';

/** What the thread takes. */
export interface DiffTask {
  readonly before: string;
  readonly after: string;
  readonly contextLines: number;
}

/** A thread that goes on for longer, ms, is ended: a line may be long, and words are compared after lines. */
const MOST_MS = 10_000;
/** Memory of a thread, MiB. */
const MEMORY_MIB = 256;
/** Threads at once. */
const THREADS = 2;
/** Comparisons that are kept, for whoever reads one in parts; one takes a few MiB. */
const KEPT = 2;

/** Compares texts in threads, so that the hub answers others meanwhile; a few at once, the rest in turn. */
export class TextDiffs {
  readonly #waiting: (() => void)[] = [];
  readonly #kept = new Map<string, TextDiff>();
  #running = 0;

  /**
   * `undefined` where it would take too long or too much memory.
   *
   * @param name of the comparison: two with one name are the same
   */
  async compare(name: string, task: DiffTask): Promise<TextDiff | undefined> {
    const kept = this.#kept.get(name);
    if (kept) return kept;
    if (this.#running >= THREADS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      const diff = await inThread(task);
      if (diff) this.#keep(name, diff);
      return diff;
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #keep(name: string, diff: TextDiff): void {
    this.#kept.set(name, diff);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) return;
      this.#kept.delete(oldest);
    }
  }
}

function inThread(task: DiffTask): Promise<TextDiff | undefined> {
  const worker = new Worker(workerUrl('files/diff/diff-thread'), {
    name: 'diff',
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
  });
  worker.unref();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => void worker.terminate(), MOST_MS);
    timer.unref();
    worker.once('message', resolve);
    worker.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(undefined);
      else reject(error);
    });
    worker.once('exit', () => {
      clearTimeout(timer);
      resolve(undefined); // ended by the timer; else it has answered
    });
  });
}
