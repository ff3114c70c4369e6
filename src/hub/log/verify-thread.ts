import { parentPort, workerData } from 'node:worker_threads';
import { projections } from './projections/projections.ts';
import { openLogReader } from './schema.ts';
import { verifyLog, type VerifyThreadData } from './verify.ts';

if (parentPort) {
  const { file, stop, lists } = workerData as VerifyThreadData;
  const db = openLogReader(file);
  try {
    const isStopped = (): boolean => Atomics.load(stop, 0) !== 0;
    parentPort.postMessage(
      verifyLog(db, { now: () => performance.now(), isStopped, projections: lists ? projections : [] }),
    );
  } finally {
    db.close();
  }
}
