import { Worker } from 'node:worker_threads';
import { fromWire, type WireError } from '../../protocol/errors.ts';
import { workerUrl } from '../worker-url.ts';
import type { MadeBase } from './make-base.ts';

/** What the thread is given. */
export interface BaseThreadData {
  readonly file: string;
  readonly throughSeq: number;
  /** Not 0 once it is to stop. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** What it answers, once. */
export type FromBaseThread = { readonly made: MadeBase } | { readonly error: WireError };

/** A file of removed events that is being made. */
export interface RunningBase {
  readonly answer: Promise<MadeBase>;
  /** Resolves when the thread has closed the databases and ended. */
  readonly ended: Promise<void>;
  /** Asks it to end soon; its answer rejects, unless it is there already. */
  stop(): void;
}

/** {@link makeBase} on a thread of its own: all events that go are read for it, and the hub goes on meanwhile. */
export function startBase(file: string, throughSeq: number): RunningBase {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(workerUrl('log/base-thread'), {
    workerData: { file, throughSeq, stop } satisfies BaseThreadData,
    name: 'log base',
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const answer = new Promise<MadeBase>((resolve, reject) => {
    worker.once('message', (message: FromBaseThread) => {
      if ('made' in message) resolve(message.made);
      else reject(fromWire(message.error));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      end();
      // After an answer this changes nothing.
      reject(new Error(`The thread that sums up removed events ended with ${code} and no answer`));
    });
  });
  answer.catch(() => undefined); // who waits for it hears of it
  return { answer, ended, stop: () => void Atomics.store(stop, 0, 1) };
}
