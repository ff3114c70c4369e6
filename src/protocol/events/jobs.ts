import { z } from 'zod';
import { hubErrorCodes } from '../errors.ts';
import { workspaceUri } from '../uris.ts';
import { data } from '../words/part.ts';
import { formatDuration } from '../words/units.ts';
import { defineEvent } from './define-event.ts';

const resources = ({ workspace }: { readonly workspace: string }): readonly string[] => [
  workspaceUri(workspace, 'jobs'),
];

/** Where a job is to write its file, and on what conditions. */
export const jobTargetSchema = z.object({
  /** A folder, where it ends with a slash: the job names the file. */
  path: z.string(),
  ifVersion: z.number().int().optional(),
  /** Token of the lock under which it was asked for. */
  lockId: z.string().optional(),
  fence: z.number().int().optional(),
});
export type JobTarget = z.infer<typeof jobTargetSchema>;

/** The file that a job wrote. */
export const jobOutputSchema = z.object({
  fileId: z.string(),
  path: z.string(),
  version: z.number().int(),
  sizeBytes: z.number().int(),
  mime: z.string(),
});
export type JobOutputFile = z.infer<typeof jobOutputSchema>;

/** Without one a job is between the two. */
export const jobPrioritySchema = z.enum(['high', 'low']);
export type JobPriority = z.infer<typeof jobPrioritySchema>;

/** What all events of jobs have in common. */
const ofJobs = { feed: 'shown', state: ['jobs'], projections: ['jobs'] } as const;

/** Work that the hub does in the background. */
export const jobEvents = [
  defineEvent({
    type: 'job.queued',
    fields: {
      workspace: z.string(),
      jobId: z.string(),
      /** Name of a kind of job, which may be one that this version does not have. */
      kind: z.string(),
      /** The file that it works on; left out, with `version`, where it works on a folder, or its arguments say all. */
      fileId: z.string().optional(),
      /** Of that file, or folder with a slash at its end; without one, of the file that it is to write. */
      path: z.string(),
      version: z.number().int().optional(),
      /** The kind's own arguments; left out where it has none. */
      input: z.record(z.string(), z.unknown()).optional(),
      /** Where the file goes that it writes, for kinds that write one. */
      output: jobTargetSchema.optional(),
      /** Among the jobs of who asked for it. */
      priority: jobPrioritySchema.optional(),
      /** Id of the job that it follows. */
      parent: z.string().optional(),
      /** 1, and one more with each retry. */
      attempt: z.number().int().positive(),
      /** The hub tries it again after so many ms, as it failed for a cause that can pass. */
      retry: z.object({ afterMs: z.number().int(), code: z.enum(hubErrorCodes), message: z.string() }).optional(),
    },
    words: ({ attempt, kind, path, retry }) => [
      attempt > 1 ? 'queued again: ' : 'asked for ',
      { jobKind: kind },
      ' of ',
      data(path),
      ...(retry ? [` in ${formatDuration(retry.afterMs)}: ${retry.message}`] : []),
    ],
    tone: 'none',
    endsTicksOf: ({ jobId, attempt }) => (attempt > 1 ? jobId : undefined), // it begins anew
    ...ofJobs,
    notified: { level: 'info', resources },
  }),
  defineEvent({
    type: 'job.started',
    fields: { workspace: z.string(), jobId: z.string() },
    words: ({ jobId }) => ['began work on ', { job: jobId }],
    tone: 'none',
    feed: 'covered', // by its end
    state: ['jobs'],
    projections: ['jobs'],
    notified: { level: 'debug', resources },
  }),
  defineEvent({
    type: 'job.succeeded',
    fields: {
      workspace: z.string(),
      jobId: z.string(),
      result: z.record(z.string(), z.unknown()),
      /** The file that it wrote, in the same commit. */
      output: jobOutputSchema.optional(),
      /** Ids of the jobs that follow from it, queued in the same commit. */
      children: z.array(z.string()).optional(),
      ms: z.number(),
      log: z.array(z.string()),
    },
    words: ({ jobId, ms }) => ['finished the job on ', { job: jobId }, ` in ${formatDuration(ms)}`],
    tone: 'proceed',
    endsTicksOf: ({ jobId }) => jobId,
    ...ofJobs,
    notified: { level: 'info', resources },
    bulky: ['result', 'log'],
  }),
  defineEvent({
    type: 'job.failed',
    fields: {
      workspace: z.string(),
      jobId: z.string(),
      code: z.enum(hubErrorCodes),
      message: z.string(),
      ms: z.number(),
      log: z.array(z.string()),
    },
    words: ({ jobId, message }) => ['failed at the job on ', { job: jobId }, `: ${message}`],
    tone: 'refused',
    endsTicksOf: ({ jobId }) => jobId,
    ...ofJobs,
    notified: { level: 'error', resources },
    bulky: ['message', 'log'],
  }),
  defineEvent({
    type: 'job.cancelled',
    fields: { workspace: z.string(), jobId: z.string(), reason: z.string(), log: z.array(z.string()) },
    words: ({ jobId, reason }) => ['cancelled the job on ', { job: jobId }, `: ${reason}`],
    tone: 'none',
    endsTicksOf: ({ jobId }) => jobId,
    ...ofJobs,
    notified: { level: 'warning', resources },
    bulky: ['log'],
  }),
] as const;
