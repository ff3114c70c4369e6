import { z } from 'zod';
import { jobStatuses, pageRequestSchema, type JobRecord, type Page } from '../records.ts';
import { call } from './define-call.ts';
import { id, path, version, workspace } from './fields.ts';

const job = z.strictObject({ jobId: id });

export const jobCalls = {
  /** Newest first; with `status` only the jobs in it. */
  jobs: call(
    z.strictObject({
      workspace: workspace.optional(),
      status: z.enum(jobStatuses).optional(),
      ...pageRequestSchema.shape,
    }),
  ).answers<Page<JobRecord>>(),
  job: call(job).answers<JobRecord>(),
  /**
   * Queues a job, on a file or folder where its kind works on one. `kind` is a kind's name, `input` its own arguments, as its
   * form gives them: the kind says what these may be. `version` is the newest when left out; `into` is where the file
   * goes that it writes, else where its kind puts it.
   */
  jobQueue: call(
    z.strictObject({
      workspace,
      kind: id,
      path: path.optional(),
      version: version.optional(),
      into: path.optional(),
      input: z.record(z.string(), z.unknown()).optional(),
    }),
  ).answers<{ readonly jobId: string }>(),
  jobCancel: call(job).answers<void>(),
  jobRetry: call(job).answers<{ readonly jobId: string }>(),
};
