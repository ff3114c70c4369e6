import { Worker } from 'node:worker_threads';
import type { LogVerification } from '../../protocol/records.ts';
import { workerUrl } from '../worker-url.ts';
import { GENESIS_HASH } from './chain.ts';
import { integrityProblem } from './compare.ts';
import type { Db } from './db.ts';
import { isDamage } from './schema.ts';
import { cutOffAfter, chainProblem } from './snapshots.ts';
import { rowsAfter } from './stored-events.ts';

/**
 * Checks the hash chain of a log from its first event to its last, or to the first that cannot be read; then the
 * database as SQLite checks it. What the rows of projections say is not compared with the events: recovery does that.
 */
export function verifyLog(db: Db, now: () => number, isStopped: () => boolean = () => false): LogVerification {
  const started = now();
  let events = 0;
  let head = GENESIS_HASH;
  const bad = (problem: string): LogVerification => ({
    ok: false,
    events,
    badSeq: events + 1,
    problem,
    ms: now() - started,
  });
  try {
    for (const { seq, json, hash } of rowsAfter(db, 0)) {
      if (isStopped()) throw new Error('The check of the log was stopped');
      const problem = chainProblem(seq, json, hash, events + 1, head);
      if (problem !== undefined) return bad(problem);
      events = seq;
      head = hash;
    }
    const cut = cutOffAfter(db, events);
    if (cut !== undefined) return bad(cut);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return bad(`SQLite says: ${error.message}`);
  }
  const damage = integrityProblem(db);
  return { ok: true, events, lastHash: head, ms: now() - started, ...(damage === undefined ? {} : { damage }) };
}

/** What the thread of a check is given. */
export interface VerifyThreadData {
  readonly file: string;
  /** Not 0 once the check is to stop. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** {@link verifyLog} on a thread of its own: a long log takes seconds, and the hub goes on meanwhile. */
export function verifyOffThread(file: string, signal?: AbortSignal): Promise<LogVerification> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl('log/verify-thread'), {
      workerData: { file, stop } satisfies VerifyThreadData,
      name: 'log check',
    });
    // Not terminated: a thread that ends while SQLite reads for it can take the process with it.
    signal?.addEventListener('abort', () => Atomics.store(stop, 0, 1), { once: true });
    worker.once('message', (answer: LogVerification) => resolve(answer));
    worker.once('error', reject);
    // After an answer this changes nothing.
    worker.once('exit', (code) => reject(new Error(`The check of the log ended with ${code} and no answer`)));
  });
}
