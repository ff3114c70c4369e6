import type { MessagePort } from 'node:worker_threads';
import type { JobTask } from '../../jobs/job-task.ts';
import { reasonOf, Unreadable } from '../../jobs/work/job-work.ts';
import { loadWork } from '../../jobs/work/load-work.ts';
import type { JobMessage, JobOutcome } from './job-messages.ts';

/** At least this long between two messages of progress. */
const REPORT_EVERY_MS = 100;

/**
 * The thread's entry: does one job and tells on `port` how it goes. Failures are answered, for an
 * error would lose its code on its way to the hub's thread. The hub closes the port: were it closed
 * from here, that would say that the thread is gone.
 */
export default async function run({ task, port }: { task: JobTask; port: MessagePort }): Promise<JobOutcome> {
  const send = (message: JobMessage): void => port.postMessage(message);
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
    });
    return { ok: true, result };
  } catch (error) {
    const code = error instanceof Unreadable ? error.code : 'internal';
    // Libraries name the file that they read by where it lies on this machine, which is nobody's business.
    const message = reasonOf(error).replaceAll(task.file.location, task.file.name);
    return { ok: false, code, message };
  }
}
