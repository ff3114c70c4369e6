import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { attempt } from './content-files.ts';
import { writeOut } from './write-out.ts';
import type { FromWriteOutThread, ToWriteOutThread } from './write-out-worker.ts';

// Nobody waits for these files: what agents do comes first. Only on Linux is a priority that of a thread alone.
if (process.platform === 'linux') attempt(() => setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL));

const port = parentPort;
port?.on('message', (message: ToWriteOutThread) => {
  if (message.kind === 'close') return port.close();
  port.postMessage(writeOut(message.incoming, message.contents) satisfies FromWriteOutThread);
});
