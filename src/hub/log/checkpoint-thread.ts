import { parentPort, workerData } from 'node:worker_threads';
import { checkpoint } from './checkpoint.ts';
import { openDb } from './db.ts';

// A connection of its own, kept open: to open one costs more than most checkpoints.
const port = parentPort;
if (port) {
  const db = openDb(String(workerData));
  port.on('message', () => port.postMessage(checkpoint(db)));
}
