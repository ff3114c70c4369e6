import { Worker } from 'node:worker_threads';
import type { TextDiff } from '../../../protocol/file-diff.ts';
import { PartyTurns } from '../../party-turns.ts';
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
/** Comparisons of one party that run or wait: none makes the others wait for long, nor fills the memory with texts. */
const PER_PARTY = 8;
/** Comparisons that are kept for a reader that takes one in parts; one takes a few MiB. */
const KEPT = 2;

/** Compares texts in threads, so that the hub answers others meanwhile; a few at once, the rest in turn. */
export class TextDiffs {
  readonly #waiting: (() => void)[] = [];
  readonly #kept = new Map<string, TextDiff>();
  readonly #turns = new PartyTurns({ most: PER_PARTY, what: 'comparisons', retryAfterMs: 1_000 });
  #running = 0;

  /**
   * `undefined` where it would take too long or too much memory.
   *
   * @param party whose comparison it is
   * @param name of the comparison: two with one name are the same
   * @param read gives the texts, when it is their turn; `undefined` from it is passed on
   * @throws HubError `limit_reached` for more than {@link PER_PARTY} of one party at once
   */
  async compare(party: string, name: string, read: () => Promise<DiffTask | undefined>): Promise<TextDiff | undefined> {
    const kept = this.#kept.get(name);
    if (kept) return kept;
    return this.#turns.run(party, () => this.#inTurn(name, read));
  }

  async #inTurn(name: string, read: () => Promise<DiffTask | undefined>): Promise<TextDiff | undefined> {
    if (this.#running >= THREADS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      const task = await read();
      const diff = task && (await inThread(task));
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
