import { parentPort, workerData } from 'node:worker_threads';
import { toWire } from '../../../protocol/errors.ts';
import { openLogReader } from '../schema.ts';
import { pastState } from './past-state.ts';
import type { FromPastThread, PastThreadData } from './past-states.ts';

if (parentPort) {
  const { file, seq } = workerData as PastThreadData;
  const db = openLogReader(file);
  let answer: FromPastThread;
  try {
    answer = { past: pastState(db, seq) };
  } catch (error) {
    answer = { error: toWire(error) };
  } finally {
    db.close();
  }
  parentPort.postMessage(answer);
}
