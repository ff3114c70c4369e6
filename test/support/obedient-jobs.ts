import { z } from 'zod';
import { ProcessRunner } from '../../src/hub/jobs/process-runner.ts';
import { fileExtract } from '../../src/jobs/file-extract/kind.ts';
import { defineKind } from '../../src/jobs/job-kind.ts';
import type { TestFiles } from './open-files.ts';
import { human } from './open-hub.ts';

const { bySize: _, ...limits } = fileExtract.limits;

/** A kind whose work does what its file's name says, and gives just that. */
export const obedient = defineKind({
  ...fileExtract,
  limits: { ...limits, memoryMiB: 256 },
  result: { name: z.string() },
});

/** Runs `broken-worker.ts`. */
export const broken = (): ProcessRunner => new ProcessRunner({ entry: new URL('./broken-worker.ts', import.meta.url) });

/** Queues a job on a new file; its text is its name unless it is given. Answers the job's id. */
export async function queue(t: TestFiles, path: string, content: string | Buffer = path): Promise<string> {
  await t.put(path, content);
  const { jobId } = await t.jobs.queue(human, { kind: 'file_extract', workspace: t.workspace, path });
  return jobId;
}

/** Resolves with the id of the job's process when it has begun to work. */
export function working(t: TestFiles, jobId: string): Promise<number> {
  return new Promise((resolve) => {
    const stop = t.test.hub.onTick((tick) => {
      if (tick.type !== 'job.progress' || tick.jobId !== jobId) return;
      stop();
      resolve(Number(tick.message?.match(/\d+/u)?.[0]));
    });
  });
}
