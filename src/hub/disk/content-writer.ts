import { Worker } from 'node:worker_threads';
import { workerUrl } from '../worker-url.ts';
import type { ContentToStore, StoreOutcome } from './store-content.ts';

/** Contents that are stored at the same time: the disk writes several in about the time of one. */
const THREADS = 4;

/** Messages of a thread: `ready` once, then the outcome of each content. */
export type FromContentThread = 'ready' | StoreOutcome;

/** What a thread takes. To the first kind it answers with a {@link StoreOutcome}. */
export type ToContentThread =
  | { readonly kind: 'store'; readonly incoming: string; readonly content: ContentToStore }
  | { readonly kind: 'close' };

/** Stores contents that are held in memory, and answers what became of each. */
export interface WritesContents {
  write(content: ContentToStore): Promise<StoreOutcome>;
  close(): Promise<void>;
}

/**
 * Has small contents stored by threads of its own, which start when they are first needed. There a file is written,
 * synced and named in one go: with a turn of Node's own threads for each of these steps, the turns take longer than
 * the disk.
 */
export class ContentWriter implements WritesContents {
  readonly #incoming: string;
  readonly #threads = new Set<Thread>();
  readonly #idle: Thread[] = [];
  readonly #waiting: Task[] = [];
  readonly #unanswered = new Set<Promise<unknown>>();

  /** `incoming` is the folder of files that have no name yet, on the same disk as the contents. */
  constructor(incoming: string) {
    this.#incoming = incoming;
  }

  /** Rejects if the thread itself fails. The content's buffer is given to the thread. */
  write(content: ContentToStore): Promise<StoreOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<StoreOutcome>();
    this.#waiting.push({ content, resolve, reject });
    this.#next();
    const answered = promise.catch(() => undefined).finally(() => this.#unanswered.delete(answered));
    this.#unanswered.add(answered);
    return promise;
  }

  /** Ends the threads once they have stored what they were given. */
  async close(): Promise<void> {
    await Promise.all(this.#unanswered);
    await Promise.all([...this.#threads].map((thread) => thread.close()));
  }

  #next(): void {
    for (let thread = this.#idle.at(-1); thread; thread = this.#idle.at(-1)) {
      const task = this.#waiting.shift();
      if (!task) return;
      this.#idle.pop();
      thread.store(this.#incoming, task);
    }
    // A new thread takes a while to come up; until then those that are there do the work.
    if (this.#waiting.length > 0 && this.#threads.size < THREADS) this.#start();
  }

  #start(): void {
    const thread = new Thread(
      () => {
        this.#idle.push(thread);
        this.#next();
      },
      (error) => {
        this.#threads.delete(thread);
        const at = this.#idle.indexOf(thread);
        if (at !== -1) this.#idle.splice(at, 1);
        // One that cannot even start would be started for ever.
        if (!thread.hasStarted) for (const { reject } of this.#waiting.splice(0)) reject(error);
        this.#next();
      },
    );
    this.#threads.add(thread);
  }
}

interface Task {
  readonly content: ContentToStore;
  readonly resolve: (stored: StoreOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that stores one content at a time. */
class Thread {
  readonly #worker = new Worker(workerUrl('disk/content-thread'), { name: 'content writer' });
  readonly #ended: Promise<void>;
  #task: Task | undefined;
  #hasStarted = false;

  constructor(onIdle: () => void, onEnd: (error: Error) => void) {
    const worker = this.#worker;
    let failure: unknown;
    worker.on('message', (message: FromContentThread) => {
      this.#hasStarted = true;
      if (message !== 'ready') this.#take()?.resolve(message);
      worker.unref();
      onIdle();
    });
    worker.once('error', (error: unknown) => void (failure = error));
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        const error = new Error('The thread that stores contents has ended.', { cause: failure });
        this.#take()?.reject(error);
        onEnd(error);
        resolve();
      });
    });
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  store(incoming: string, task: Task): void {
    this.#task = task;
    this.#worker.ref();
    const { content } = task;
    const message: ToContentThread = { kind: 'store', incoming, content };
    this.#worker.postMessage(message, [content.bytes.buffer]);
  }

  async close(): Promise<void> {
    this.#worker.ref();
    this.#worker.postMessage({ kind: 'close' } satisfies ToContentThread);
    await this.#ended;
  }

  #take(): Task | undefined {
    const task = this.#task;
    this.#task = undefined;
    return task;
  }
}
