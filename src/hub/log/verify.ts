import { Worker } from 'node:worker_threads';
import type { LogVerification } from '../../protocol/records.ts';
import { workerUrl } from '../worker-url.ts';
import { baseProblem } from './base.ts';
import { GENESIS_HASH } from './chain.ts';
import { integrityProblem } from './compare.ts';
import { isOfCut, readCut } from './cut.ts';
import type { Db } from './db.ts';
import { wrongMadeRow } from './made-rows.ts';
import type { Projection } from './projections/projection.ts';
import { isDamage } from './schema.ts';
import { cutOffAfter, chainProblem } from './snapshots.ts';
import { rowsAfter } from './stored-events.ts';
import type { LogCut } from '../../protocol/retention-state.ts';

export interface VerifyOptions {
  /** Ms, for how long it took. */
  readonly now: () => number;
  /** Asked now and then; once it answers true, the check throws. */
  readonly isStopped?: () => boolean;
  /** Tables made from events, whose rows are compared with what the events make of them; none by default. */
  readonly projections?: readonly Projection[];
}

/**
 * Checks the hash chain of a log from its first event to its last, or to the first that cannot be read; where events
 * were removed, from there, and that an event says so; then the
 * database as SQLite checks it; then, for what SQLite cannot see, the rows that were made from the events.
 */
export function verifyLog(db: Db, { now, isStopped = () => false, projections = [] }: VerifyOptions): LogVerification {
  const started = now();
  let cut: LogCut | undefined;
  let last = 0;
  const facts = () => ({ events: last - (cut?.seq ?? 0), ms: now() - started, ...(cut && { cut }) });
  const bad = (problem: string, badSeq = last + 1): LogVerification => ({ ok: false, badSeq, problem, ...facts() });
  let head = GENESIS_HASH;
  try {
    cut = readCut(db);
    last = cut?.seq ?? 0;
    head = cut?.hash ?? GENESIS_HASH;
    let isSaid = cut === undefined;
    for (const { seq, json, hash } of rowsAfter(db, last)) {
      if (isStopped()) throw new Error('The check of the log was stopped');
      const problem = chainProblem(seq, json, hash, last + 1, head);
      if (problem !== undefined) return bad(problem);
      isSaid ||= cut !== undefined && isOfCut(json, cut);
      last = seq;
      head = hash;
    }
    const end = cutOffAfter(db, last);
    if (end !== undefined) return bad(end);
    if (cut && !isSaid) return bad(UNSAID, cut.seq + 1);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return bad(`SQLite says: ${error.message}`);
  }
  const base = cut && projections.length > 0 ? baseProblem(db, cut) : undefined;
  const isCompared = projections.length > 0 && base === undefined;
  const damage = integrityProblem(db) ?? (isCompared ? madeDamage(db, projections, isStopped) : undefined);
  return {
    ok: true,
    lastHash: head,
    ...facts(),
    ...(damage === undefined ? {} : { damage }),
    ...(base === undefined ? {} : { baseProblem: base }),
  };
}

const UNSAID =
  'the events before it are missing, and no event of the log says that they were removed to keep it short.';

/** {@link wrongMadeRow}, where what cannot be read is damage, too. */
function madeDamage(db: Db, projections: readonly Projection[], isStopped: () => boolean): string | undefined {
  try {
    return wrongMadeRow(db, projections, isStopped);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return `SQLite says: ${error.message}`;
  }
}

/** What the thread of a check is given. */
export interface VerifyThreadData {
  readonly file: string;
  /** Not 0 once the check is to stop. */
  readonly stop: Int32Array<SharedArrayBuffer>;
  /** Whether the rows that are made from events are compared with them. */
  readonly lists: boolean;
}

/** A check that is under way on a thread of its own. */
export interface RunningCheck {
  readonly answer: Promise<LogVerification>;
  /** Resolves when the thread has closed the database and ended. */
  readonly ended: Promise<void>;
  /** Asks it to end soon; its answer rejects, unless it is there already. */
  stop(): void;
}

/** {@link verifyLog} on a thread of its own: a long log takes seconds, and the hub goes on meanwhile. */
export function startCheck(file: string, { lists }: Pick<VerifyThreadData, 'lists'>): RunningCheck {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(workerUrl('log/verify-thread'), {
    workerData: { file, stop, lists } satisfies VerifyThreadData,
    name: 'log check',
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const answer = new Promise<LogVerification>((resolve, reject) => {
    worker.once('message', (found: LogVerification) => resolve(found));
    worker.once('error', reject);
    worker.once('exit', (code) => {
      end();
      // After an answer this changes nothing.
      reject(new Error(`The check of the log ended with ${code} and no answer`));
    });
  });
  // Not terminated: a thread that ends while SQLite reads for it can take the process with it.
  return { answer, ended, stop: () => void Atomics.store(stop, 0, 1) };
}
