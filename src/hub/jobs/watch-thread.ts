import { workerData } from 'node:worker_threads';

/** How often memory and parent are looked at. */
const LOOK_EVERY_MS = 50;

const { memoryMiB, parent } = workerData as { readonly memoryMiB: number; readonly parent: number };

/**
 * Ends its own process when that takes more memory than it may, or has lost its hub. The thread that
 * works may be deep in native code and never look up; this one has nothing else to do.
 */
setInterval(() => {
  const isTooLarge = process.memoryUsage.rss() > memoryMiB * 1024 * 1024;
  if (isTooLarge || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, LOOK_EVERY_MS);
