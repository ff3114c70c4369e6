import { Worker } from 'node:worker_threads';
import { fromWire, HubError } from '../../protocol/errors.ts';
import { hubClosed } from '../hub-errors.ts';
import { workerUrl } from '../worker-url.ts';
import type { FromIndex, IndexAsk, IndexAsks, IndexThreadData, ToIndex } from './index-messages.ts';

/** Of the thread: texts are held there as a whole, as are the words of a question's passages. */
const MEMORY_MIB = 512;

interface PendingCall {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

export interface IndexClientOptions extends IndexThreadData {
  readonly onStatus: (news: Extract<FromIndex, { kind: 'status' }>) => void;
  /** Called once where the thread ends without being asked to: with why. */
  readonly onLost: (error: Error) => void;
}

/** The thread that has the indexes, seen from the hub's loop. */
export class IndexClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PendingCall>();
  readonly #ended: Promise<void>;
  #asked = 0;
  #over: Error | undefined;

  constructor({ onStatus, onLost, ...data }: IndexClientOptions) {
    this.#worker = new Worker(workerUrl('knowledge/index-thread'), {
      name: 'knowledge',
      workerData: data satisfies IndexThreadData,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
    });
    this.#worker.unref();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    this.#worker.on('message', (message: FromIndex) => {
      if (message.kind === 'status') return onStatus(message);
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.kind === 'answer') waiting?.resolve(message.answer);
      else waiting?.reject(fromWire(message.error));
    });
    let why: Error | undefined;
    this.#worker.once('error', (error: Error) => {
      why = error;
    });
    this.#worker.once('exit', () => {
      resolve();
      if (this.#over) return;
      const lost = why ?? new Error('The thread of the index ended by itself.');
      this.#end(new HubError('internal', `The index is being started again: ${lost.message}`, { retryAfterMs: 1_000 }));
      onLost(lost);
    });
  }

  ask<Name extends IndexAsk>(name: Name, query: IndexAsks[Name]['query']): Promise<IndexAsks[Name]['answer']> {
    if (this.#over) return Promise.reject(this.#over);
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, query });
    });
  }

  /** Lets what is being written be finished, and ends the thread. */
  async close(): Promise<void> {
    if (!this.#over) this.#worker.postMessage({ name: 'close' } satisfies ToIndex);
    this.#end(hubClosed());
    await this.#ended;
  }

  #end(error: Error): void {
    this.#over ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
