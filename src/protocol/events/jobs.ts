import { z } from 'zod';
import { hubErrorCodes } from '../errors.ts';
import { workspaceUri } from '../uris.ts';
import { data } from '../words/part.ts';
import { formatDuration } from '../words/units.ts';
import { defineEvent } from './define-event.ts';

const resources = ({ workspace }: { readonly workspace: string }): readonly string[] => [
  workspaceUri(workspace, 'jobs'),
];

/** Work that the hub does in the background. */
export const jobEvents = [
  defineEvent({
    type: 'job.queued',
    fields: {
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
    },
    words: ({ attempt, kind, path }) => [
      attempt > 1 ? 'queued again: ' : 'asked for ',
      { jobKind: kind },
      ' of ',
      data(path),
    ],
    tone: 'none',
    feed: 'shown',
    endsTicksOf: ({ jobId, attempt }) => (attempt > 1 ? jobId : undefined), // it begins anew
    state: ['jobs'],
    projections: ['jobs'],
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
      ms: z.number(),
      log: z.array(z.string()),
    },
    words: ({ jobId, ms }) => ['finished the job on ', { job: jobId }, ` in ${formatDuration(ms)}`],
    tone: 'proceed',
    feed: 'shown',
    endsTicksOf: ({ jobId }) => jobId,
    state: ['jobs'],
    projections: ['jobs'],
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
    feed: 'shown',
    endsTicksOf: ({ jobId }) => jobId,
    state: ['jobs'],
    projections: ['jobs'],
    notified: { level: 'error', resources },
    bulky: ['message', 'log'],
  }),
  defineEvent({
    type: 'job.cancelled',
    fields: { workspace: z.string(), jobId: z.string(), reason: z.string(), log: z.array(z.string()) },
    words: ({ jobId, reason }) => ['cancelled the job on ', { job: jobId }, `: ${reason}`],
    tone: 'none',
    feed: 'shown',
    endsTicksOf: ({ jobId }) => jobId,
    state: ['jobs'],
    projections: ['jobs'],
    notified: { level: 'warning', resources },
    bulky: ['log'],
  }),
] as const;
