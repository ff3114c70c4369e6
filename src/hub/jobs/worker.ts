import type { MessagePort } from 'node:worker_threads';
import { reasonOf, Unreadable } from './kinds/file-extract/context.ts';
import { extractFile, type ExtractInput } from './kinds/file-extract/file-extract.ts';
import type { JobOutcome, JobVoice } from './job-messages.ts';

/** At least this long between two words of progress. */
const REPORT_EVERY_MS = 100;

/**
 * The thread's entry: works on one job and speaks on `port` meanwhile. Failures are answered, for an
 * error would lose its code on its way to the hub's thread. The hub closes the port: were it closed
 * from here, that would say that the thread is gone.
 */
export default async function work({ input, port }: { input: ExtractInput; port: MessagePort }): Promise<JobOutcome> {
  const say = (message: JobVoice): void => port.postMessage(message);
  let next = 0;
  try {
    const result = await extractFile(input, {
      report: (fraction, message) => {
        const now = performance.now();
        if (now < next) return;
        next = now + REPORT_EVERY_MS;
        say({ kind: 'progress', fraction: Math.min(Math.max(fraction, 0), 1), message });
      },
      log: (line) => say({ kind: 'log', line }),
    });
    return { ok: true, result };
  } catch (error) {
    const code = error instanceof Unreadable ? error.code : 'internal';
    return { ok: false, code, message: reasonOf(error) };
  }
}
