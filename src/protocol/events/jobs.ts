import { z } from 'zod';
import { hubErrorCodes } from '../errors.ts';

/** Work that the hub does in the background. */
export const jobEvents = [
  z.object({
    type: z.literal('job.queued'),
    workspace: z.string(),
    jobId: z.string(),
    /** Name of a kind of job, which may be one that this version does not have. */
    kind: z.string(),
    fileId: z.string(),
    path: z.string(),
    version: z.number().int(),
    /** The kind's own arguments; left out where it has none. */
    input: z.record(z.string(), z.unknown()).optional(),
    /** 1, and one more with each retry. */
    attempt: z.number().int().positive(),
  }),
  z.object({ type: z.literal('job.started'), workspace: z.string(), jobId: z.string() }),
  z.object({
    type: z.literal('job.succeeded'),
    workspace: z.string(),
    jobId: z.string(),
    result: z.record(z.string(), z.unknown()),
    ms: z.number(),
    log: z.array(z.string()),
  }),
  z.object({
    type: z.literal('job.failed'),
    workspace: z.string(),
    jobId: z.string(),
    code: z.enum(hubErrorCodes),
    message: z.string(),
    ms: z.number(),
    log: z.array(z.string()),
  }),
  z.object({
    type: z.literal('job.cancelled'),
    workspace: z.string(),
    jobId: z.string(),
    reason: z.string(),
    log: z.array(z.string()),
  }),
] as const;
