import { parentPort, workerData } from 'node:worker_threads';
import { makeBase } from './make-base.ts';
import { projections } from './projections/projections.ts';
import { openLogReader } from './schema.ts';
import type { BaseThreadData, FromBaseThread } from './start-base.ts';
import { toWire } from '../../protocol/errors.ts';

if (parentPort) {
  const { file, throughSeq, stop } = workerData as BaseThreadData;
  const db = openLogReader(file);
  let answer: FromBaseThread;
  try {
    const isStopped = (): boolean => Atomics.load(stop, 0) !== 0;
    answer = { made: makeBase(db, { file, throughSeq, projections, isStopped }) };
  } catch (error) {
    answer = { error: toWire(error) };
  } finally {
    db.close();
  }
  parentPort.postMessage(answer);
}
