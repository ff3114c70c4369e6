import type { MessagePort } from 'node:worker_threads';
import type { JobTask } from '../../src/jobs/job-task.ts';
import type { JobOutcome } from '../../src/hub/jobs/job-messages.ts';

/** A job's thread that does what its file's name says, for tests of what becomes of the job. */
export default async function work({
  task: {
    file: { name },
  },
  port,
}: {
  task: JobTask;
  port: MessagePort;
}): Promise<JobOutcome> {
  port.postMessage({ kind: 'log', line: `asked to ${name}` });
  port.postMessage({ kind: 'progress', fraction: 0.5, message: 'half' });
  switch (name) {
    case 'exit':
      return process.exit(3);
    case 'throw':
      throw new Error('out of luck');
    case 'crash':
      setImmediate(() => {
        throw new Error('uncaught');
      });
      return new Promise<never>(() => undefined);
    case 'eat': {
      const eaten: object[] = [];
      for (;;) eaten.push(Array.from({ length: 100_000 }, (_, n) => ({ n })));
    }
    case 'spin':
      for (;;);
    case 'hang':
      return new Promise<never>(() => undefined);
    default:
      return { ok: true, result: { name } };
  }
}
