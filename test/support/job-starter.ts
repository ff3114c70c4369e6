import { ProcessRunner } from '../../src/hub/jobs/process-runner.ts';

/** A process that starts a job which never ends, and tells its parent the id of the job's process. */
const runner = new ProcessRunner({ entry: new URL('./broken-worker.ts', import.meta.url) });
const file = { location: '', name: 'native', sizeBytes: 0, sha256: '', mime: '' };
void runner.run(
  { kind: 'any', input: {}, file },
  {
    signal: new AbortController().signal,
    memoryMiB: 256,
    onMessage: (message) => {
      if (message.kind === 'progress') process.send?.(Number(message.message.match(/\d+/u)?.[0]));
    },
  },
);
