import { Worker } from 'node:worker_threads';
import { HubError, hubErrorCodes } from '../../protocol/errors.ts';
import { workerUrl } from '../worker-url.ts';
import type { FromWriter, ToWriter } from './writer-messages.ts';

/** Starts the thread that writes the log; it takes no events before {@link openWriter}. */
export function startWriter(): Worker {
  return new Worker(workerUrl('log/writer-thread'), {
    name: 'log writer',
    resourceLimits: { maxYoungGenerationSizeMb },
  });
}

/**
 * What the thread makes is gone with the next commit. By V8's own measure it would keep up to 48 MB for that once it
 * was busy.
 */
const maxYoungGenerationSizeMb = 6;

/**
 * {@link startWriter}, begun before anybody needs it: the thread loads its code while this one loads its own. The
 * returned function gives that thread the first time, and starts another one each time after. Until it is given it
 * does nothing, and does not keep the process alive.
 */
export function startWriterAhead(): () => Worker {
  let ahead: Worker | undefined = startWriter();
  ahead.unref();
  ahead.on('error', () => undefined); // it is not taken then
  return () => {
    const worker = ahead === undefined || ahead.threadId === -1 ? startWriter() : ahead;
    ahead = undefined;
    worker.ref();
    return worker;
  };
}

/** How a log is written; see the options of the same names of the log and its writer. */
export interface WriterTuning {
  readonly snapshotEvery?: number;
  readonly pageLimit?: Int32Array;
  readonly endAfterCommit?: Int32Array;
}

/** Has the thread open the log. Rejects with why it cannot. */
export function openWriter(worker: Worker, file: string, options: WriterTuning): Promise<void> {
  const { snapshotEvery = 4096, pageLimit, endAfterCommit } = options;
  const tests = { ...(pageLimit ? { pageLimit } : {}), ...(endAfterCommit ? { endAfterCommit } : {}) };
  const message: ToWriter = { kind: 'open', file, snapshotEvery, ...tests };
  return new Promise<void>((resolve, reject) => {
    worker.once('message', (answer: FromWriter) => {
      if (answer.kind !== 'refused') return resolve();
      const code = hubErrorCodes.find((known) => known === answer.code) ?? 'internal';
      reject(new HubError(code, answer.message));
    });
    worker.once('error', reject);
    worker.postMessage(message);
  });
}

/**
 * Asks the thread to end, and waits until it has. It closes the database itself: torn down while SQLite works for it,
 * a thread can take the process with it.
 * @param how `close` writes what is left; `end` writes nothing
 */
export function endWriter(worker: Worker, how: 'close' | 'end'): Promise<void> {
  if (worker.threadId === -1) return Promise.resolve();
  return new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
    worker.on('error', () => undefined); // its exit follows
    worker.postMessage({ kind: how } satisfies ToWriter);
  });
}
