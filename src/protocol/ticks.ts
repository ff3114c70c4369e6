import { z } from 'zod';
import { trafficSchema } from './events/sessions.ts';

/** Progress and traffic: sent to dashboards at once, never logged, and dropped when there are too many. */
export const tickSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('job.progress'),
    jobId: z.string(),
    workspace: z.string(),
    /** 0 to 1. */
    fraction: z.number().min(0).max(1),
    message: z.string().optional(),
    at: z.number(),
  }),
  z.object({ type: z.literal('job.log'), jobId: z.string(), workspace: z.string(), line: z.string(), at: z.number() }),
  z.object({
    /** Bytes that have arrived of an upload that is under way. */
    type: z.literal('upload.progress'),
    uploadId: z.string(),
    workspace: z.string(),
    receivedBytes: z.number().int(),
    at: z.number(),
  }),
  z.object({
    /** What a session is doing: at most 4 a second for each session, and only when something changed. */
    type: z.literal('session.pulse'),
    sessionId: z.string(),
    traffic: trafficSchema,
    /** Whether a stream or a request of it is open: if not, only what it sends next says that it is still there. */
    isOpen: z.boolean(),
    /** Bytes queued for a stream that the agent has not taken yet. */
    queuedBytes: z.number().int(),
    /** Tools that it is waiting for right now. */
    calling: z.array(z.object({ tool: z.string(), since: z.number(), cause: z.string().optional() })),
    lastFrameAt: z.number(),
    at: z.number(),
  }),
]);

export type Tick = z.infer<typeof tickSchema>;
export type SessionPulse = Extract<Tick, { type: 'session.pulse' }>;
