import { Worker } from 'node:worker_threads';
import { fromWire, HubError, type WireError } from '../../../protocol/errors.ts';
import { hubClosed } from '../../hub-errors.ts';
import { workerUrl } from '../../worker-url.ts';
import type { PastState } from './past-state.ts';

/** What the thread is given. */
export interface PastThreadData {
  readonly file: string;
  readonly seq: number;
}

/** What it answers, once. */
export type FromPastThread = { readonly past: PastState } | { readonly error: WireError };

/** States that may be asked for at the same time: they are made one after the other. */
export const MOST_PASTS_WAITING = 8;

/** Makes states of the past, each on a thread of its own: thousands of events are read for one. */
export class PastStates {
  readonly #file: string;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #isClosed = false;

  /** @param file of the log */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * The hub as it was right after the event `seq`, which is on disk.
   *
   * @throws HubError `gone` for an event that was removed, `not_found`, `rate_limited` where many are asked for
   */
  async at(seq: number): Promise<PastState> {
    if (this.#waiting >= MOST_PASTS_WAITING) {
      throw new HubError('rate_limited', 'Many moments of the past are being opened. Try again in a second.', {
        retryAfterMs: 1_000,
      });
    }
    this.#waiting += 1;
    const made = this.#last.then(() => this.#make(seq));
    this.#last = made.catch(() => undefined).finally(() => (this.#waiting -= 1));
    return await made;
  }

  /** Resolves when no thread has the log open; none begins any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }

  async #make(seq: number): Promise<PastState> {
    if (this.#isClosed) throw hubClosed();
    const worker = new Worker(workerUrl('log/past/past-thread'), {
      workerData: { file: this.#file, seq } satisfies PastThreadData,
      name: 'log past',
    });
    const ended = Promise.withResolvers<void>();
    try {
      return await new Promise<PastState>((resolve, reject) => {
        worker.once('message', (message: FromPastThread) => {
          if ('past' in message) resolve(message.past);
          else reject(fromWire(message.error));
        });
        worker.once('error', reject);
        worker.once('exit', (code) => {
          ended.resolve();
          reject(new Error(`The thread that makes a state of the past ended with ${code} and no answer`));
        });
      });
    } finally {
      await ended.promise;
    }
  }
}
