import { parentPort, workerData } from 'node:worker_threads';
import { checkpoint } from './checkpoint.ts';
import { openDb } from './db.ts';

// Its own connection, kept open: opening one costs more than most checkpoints.
const port = parentPort;
if (port) {
  const db = openDb(String(workerData));
  port.on('message', () => port.postMessage(checkpoint(db)));
}
