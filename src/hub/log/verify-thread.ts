import { parentPort, workerData } from 'node:worker_threads';
import { openLogReader } from './schema.ts';
import { verifyLog } from './verify.ts';

if (parentPort) {
  const db = openLogReader(workerData as string);
  parentPort.postMessage(verifyLog(db, () => performance.now()));
  db.close();
}
