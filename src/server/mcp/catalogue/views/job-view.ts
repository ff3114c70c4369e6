import { z } from 'zod';
import { hubErrorCodes } from '../../../../protocol/errors.ts';
import { jobPrioritySchema, type JobOutputFile } from '../../../../protocol/events/jobs.ts';
import { jobStatuses, type JobRecord } from '../../../../protocol/records.ts';
import type { JobState } from '../../../../protocol/state.ts';
import { actorShape, actorView, type NameOfKey, time, timeShape } from './common.ts';

export const jobFields = {
  job_id: z.string(),
  kind: z.string().describe('The tool that it was started with'),
  status: z.enum(jobStatuses),
  path: z.string(),
  file_id: z.string().optional(),
  version: z.number().int().optional().describe('Version of the file that it works on'),
  input: z.record(z.string(), z.unknown()).optional().describe('What the tool was given besides the file'),
  into: z.string().optional().describe('Where its file goes'),
  priority: jobPrioritySchema.optional(),
  parent_job_id: z.string().optional().describe('The job that it follows'),
  attempt: z.number().int().describe('1, and one more with each retry'),
  retry_at: timeShape.optional().describe('When the hub tries it again, as why_again may pass'),
  why_again: z.string().optional(),
  requested_by: actorShape,
  queued_at: timeShape,
  started_at: timeShape.optional(),
  finished_at: timeShape.optional(),
  fraction: z.number().optional().describe('How far it is, 0 to 1, while it runs'),
  duration_ms: z.number().optional(),
  result: z.record(z.string(), z.unknown()).optional().describe('When it succeeded: what it found'),
  output: z
    .strictObject({
      path: z.string(),
      file_id: z.string(),
      version: z.number().int(),
      size_bytes: z.number().int(),
      mime: z.string(),
    })
    .optional()
    .describe('The file that it wrote'),
  child_job_ids: z.array(z.string()).optional().describe('Jobs that follow from it'),
  error: z
    .strictObject({ code: z.enum(hubErrorCodes), message: z.string() })
    .optional()
    .describe('When it failed'),
  cancel_reason: z.string().optional(),
  cut: z.array(z.string()).optional().describe('Fields that are shortened here; job_get gives them whole'),
};
export const jobShape = z.strictObject(jobFields);

/** What the tools about one job answer: the job with its log. */
export const fullJobFields = {
  workspace: z.string(),
  ...jobFields,
  log: z.array(z.string()).describe('What it logged, its last 200 lines'),
};

export type JobView = z.output<typeof jobShape>;

export function fullJob(job: JobRecord, nameOf: NameOfKey): z.output<z.ZodObject<typeof fullJobFields>> {
  return { workspace: job.workspace, ...jobView(job, nameOf), log: [...job.log] };
}

/** A job without its log. */
export function jobView(job: JobRecord, nameOf: NameOfKey): JobView {
  return {
    ...unfinishedJobView(job, nameOf),
    status: job.status,
    ...(job.fraction === undefined ? {} : { fraction: job.fraction }),
    ...outcome(job),
    ...cutFields(job),
  };
}

/** A job as the hub's state has it: queued or running, without progress. */
export function unfinishedJobView(
  job: Omit<JobState, 'status'> & { readonly status: JobRecord['status'] },
  nameOf: NameOfKey,
): JobView {
  return {
    job_id: job.id,
    kind: job.kind,
    status: job.status,
    path: job.path,
    ...(job.fileId === undefined ? {} : { file_id: job.fileId }),
    ...(job.version === undefined ? {} : { version: job.version }),
    ...(job.input === undefined ? {} : { input: job.input }),
    ...(job.output === undefined ? {} : { into: job.output.path }),
    ...(job.priority === undefined ? {} : { priority: job.priority }),
    ...(job.parent === undefined ? {} : { parent_job_id: job.parent }),
    attempt: job.attempt,
    ...(job.status === 'queued' && job.retries
      ? { retry_at: time(job.retries.notBefore), why_again: job.retries.message }
      : {}),
    requested_by: actorView(job.requestedBy, nameOf),
    queued_at: time(job.queuedAt),
    ...(job.startedAt === undefined ? {} : { started_at: time(job.startedAt) }),
  };
}

/** A list has no logs, so a cut log is not worth a word. */
function cutFields({ cut = [] }: JobRecord): { readonly cut?: string[] } {
  const fields = cut.filter((name) => name !== 'log');
  return fields.length === 0 ? {} : { cut: fields };
}

function outcome(job: JobRecord): Partial<JobView> {
  switch (job.status) {
    case 'queued':
    case 'running':
      return {};
    case 'succeeded':
      return {
        finished_at: time(job.finishedAt),
        duration_ms: job.ms,
        result: job.result,
        ...(job.wrote === undefined ? {} : { output: outputView(job.wrote) }),
        ...(job.children === undefined ? {} : { child_job_ids: [...job.children] }),
      };
    case 'failed':
      return { finished_at: time(job.finishedAt), duration_ms: job.ms, error: job.error };
    case 'cancelled':
      return { finished_at: time(job.finishedAt), cancel_reason: job.reason };
    default:
      return job satisfies never;
  }
}

function outputView({ path, fileId, version, sizeBytes, mime }: JobOutputFile) {
  return { path, file_id: fileId, version, size_bytes: sizeBytes, mime };
}
