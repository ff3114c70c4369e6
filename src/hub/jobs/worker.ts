import { Worker } from 'node:worker_threads';
import type { JobTask } from '../../jobs/job-task.ts';
import { loadWork } from '../../jobs/work/load-work.ts';
import { JobFailed, MayPass, reasonOf, Unreadable } from '../../jobs/work/job-work.ts';
import type { JobOutcome, Sent } from './job-messages.ts';
import { lowerPriority } from './low-priority.ts';
import { parentPort } from './parent-port.ts';

/** At least this long between two messages of progress. */
const REPORT_EVERY_MS = 100;

/**
 * The entry of a job's process: does one job after another, as the hub sends them, and tells how it
 * goes. Started with the address of the thread that watches its memory, and how much that may be.
 */
const [watch = '', memoryMiB = ''] = process.argv.slice(-2);
new Worker(new URL(watch), { workerData: { memoryMiB: Number(memoryMiB), parent: process.ppid } }).unref();
// The hub and its agents come first.
lowerPriority();

const port = parentPort();
const send = (message: Sent): void => port.send(message);

process.on('uncaughtException', (error) => {
  const outcome: JobOutcome = { ok: false, code: 'internal', message: reasonOf(error) };
  // The process is in no known state: it ends as soon as this has been said.
  port.send({ kind: 'outcome', outcome } satisfies Sent, () => process.exit(1));
});

port.onTask((task) => {
  void run(task).then((outcome) => send({ kind: 'outcome', outcome }));
});

async function run(task: JobTask): Promise<JobOutcome> {
  let next = 0;
  try {
    const work = await loadWork(task.kind);
    const result = await work(task, {
      report: (fraction, message) => {
        const now = performance.now();
        if (now < next) return;
        next = now + REPORT_EVERY_MS;
        send({ kind: 'progress', fraction: Math.min(Math.max(fraction, 0), 1), message });
      },
      log: (line) => send({ kind: 'log', line }),
      wrote: (file) => send({ kind: 'wrote', ...file }),
    });
    return { ok: true, result };
  } catch (error) {
    const said = withoutLocations(reasonOf(error), task);
    if (isDiskFull(error))
      return { ok: false, code: 'storage_failed', message: 'The disk is full. Free some space, then retry the job.' };
    if (error instanceof MayPass) {
      const { code, afterMs } = error;
      return { ok: false, code, message: said, mayPass: afterMs === undefined ? {} : { afterMs } };
    }
    const code = error instanceof Unreadable || error instanceof JobFailed ? error.code : 'internal';
    return { ok: false, code, message: said };
  }
}

/** Libraries name files by where they lie on this machine, which is nobody's business. */
function withoutLocations(message: string, { file, files = [], output }: JobTask): string {
  let without = file ? message.replaceAll(file.location, file.name) : message;
  for (const { location, path } of files) without = without.replaceAll(location, path);
  return output ? without.replaceAll(output.location, 'its file') : without;
}

function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
