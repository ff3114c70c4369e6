import { parentPort, workerData } from 'node:worker_threads';
import { checkpoint } from './checkpoint.ts';
import type { ToCheckpointThread } from './checkpoints.ts';
import { openDb } from './db.ts';

// Its own connection, kept open: opening one costs more than most checkpoints.
const port = parentPort;
if (port) {
  const db = openDb(String(workerData));
  port.on('message', (message: ToCheckpointThread) => {
    if (message === 'copy') return port.postMessage(checkpoint(db));
    // By itself: torn down while SQLite works for it, a thread can take the process with it.
    db.close();
    port.close();
  });
}
