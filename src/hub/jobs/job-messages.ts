import { z } from 'zod';
import { hubErrorCodes } from '../../protocol/errors.ts';

const progressSchema = z.object({
  kind: z.literal('progress'),
  fraction: z.number().min(0).max(1),
  message: z.string(),
});
const logSchema = z.object({ kind: z.literal('log'), line: z.string() });

/** Of the file that it writes. */
const wroteSchema = z.object({
  kind: z.literal('wrote'),
  name: z.string().min(1).max(255).optional(),
  mime: z.string().max(127).optional(),
});

/** What a job's process tells while it works. */
const messageSchema = z.discriminatedUnion('kind', [progressSchema, logSchema, wroteSchema]);
export type JobMessage = z.infer<typeof messageSchema>;

/** How a job ended. The result is as the work gave it, not checked yet. */
const outcomeSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({
    ok: z.literal(false),
    code: z.enum(hubErrorCodes),
    message: z.string(),
    /** Whether the cause can pass, and when at the earliest it may have. */
    mayPass: z.object({ afterMs: z.number().min(0).optional() }).optional(),
  }),
]);
export type JobOutcome = z.infer<typeof outcomeSchema>;

/** All that a process sends: messages, and after them once the outcome. */
export const sentSchema = z.discriminatedUnion('kind', [
  progressSchema,
  logSchema,
  wroteSchema,
  z.object({ kind: z.literal('outcome'), outcome: outcomeSchema }),
]);
export type Sent = z.infer<typeof sentSchema>;
