import { Worker } from 'node:worker_threads';
import { workerUrl } from '../worker-url.ts';
import type { ContentToWriteOut, WrittenOut } from './write-out.ts';

/** What the thread takes. To the first kind it answers with {@link FromWriteOutThread}. */
export type ToWriteOutThread =
  | { readonly kind: 'write'; readonly incoming: string; readonly contents: readonly ContentToWriteOut[] }
  | { readonly kind: 'close' };

export type FromWriteOutThread = WrittenOut;

/** Makes files of contents that the log has: see `writeOut`. One call at a time. */
export interface WritesOut {
  write(contents: readonly ContentToWriteOut[]): Promise<WrittenOut>;
  close(): Promise<void>;
}

/** A thread for it, which starts when it is first needed, and again if it ended. */
export class WriteOutWorker implements WritesOut {
  readonly #incoming: string;
  #worker: Worker | undefined;

  /** `incoming` is the folder of files that have no name yet, on the same disk as the contents. */
  constructor(incoming: string) {
    this.#incoming = incoming;
  }

  /** Rejects if the thread itself fails. */
  write(contents: readonly ContentToWriteOut[]): Promise<WrittenOut> {
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    worker.postMessage({ kind: 'write', incoming: this.#incoming, contents } satisfies ToWriteOutThread);
    return new Promise((resolve, reject) => {
      const onMessage = (message: FromWriteOutThread): void => {
        worker.off('exit', onExit);
        worker.unref();
        resolve(message);
      };
      const onExit = (): void => {
        worker.off('message', onMessage);
        reject(new Error('The thread that makes files of contents has ended.'));
      };
      worker.once('message', onMessage);
      worker.once('exit', onExit);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    await new Promise<void>((resolve) => {
      worker.ref();
      worker.once('exit', () => resolve());
      worker.postMessage({ kind: 'close' } satisfies ToWriteOutThread);
    });
  }

  #start(): Worker {
    const worker = new Worker(workerUrl('disk/write-out-thread'), { name: 'contents to files' });
    worker.on('error', () => undefined); // its exit follows
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }
}
