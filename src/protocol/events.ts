import { z } from 'zod';
import { hubErrorCodes } from './errors.ts';
import { fileEvents } from './events/files.ts';
import { jobEvents } from './events/jobs.ts';
import { keyEvents } from './events/keys.ts';
import { lockEvents } from './events/locks.ts';
import { sessionEvents } from './events/sessions.ts';
import { uploadEvents } from './events/uploads.ts';
import { workspaceEvents } from './events/workspaces.ts';

/** Who did it. The person at the desk is `human`; timers, queues and recovery are `hub`. */
export const actorSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent'), key: z.string(), session: z.string().optional() }),
  z.object({ kind: z.literal('human') }),
  z.object({ kind: z.literal('hub') }),
]);
export type Actor = z.infer<typeof actorSchema>;

/** What led to an event: the frame that asked for it, or the seq of an earlier event. */
export const causeSchema = z.union([z.string(), z.number().int()]);
export type Cause = z.infer<typeof causeSchema>;

/** Past-tense facts, as rules yield them: type, workspace where there is one, and payload. A noun's are in its own file. */
export const eventBodySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hub.started'), version: z.string(), pid: z.number().int() }),
  ...keyEvents,
  ...workspaceEvents,
  ...sessionEvents,
  ...fileEvents,
  ...uploadEvents,
  ...lockEvents,
  ...jobEvents,
  z.object({
    type: z.literal('tool.called'),
    workspace: z.string().optional(),
    tool: z.string(),
    sessionId: z.string(),
    /** First 16 hex digits of the SHA-256 of the arguments' canonical JSON. */
    argsDigest: z.string(),
    outcome: z.union([z.literal('ok'), z.enum(hubErrorCodes)]),
    ms: z.number(),
  }),
  z.object({
    type: z.literal('access.denied'),
    workspace: z.string().optional(),
    keyId: z.string().optional(),
    sessionId: z.string().optional(),
    code: z.enum(hubErrorCodes),
    what: z.string(),
  }),
]);

export type EventBody = z.infer<typeof eventBodySchema>;
export type EventType = EventBody['type'];

/** Number, time and authorship, which the hub adds to a body. */
export const eventEnvelopeSchema = z.object({
  /** 1 for the first event of a log; no gaps. */
  seq: z.number().int().positive(),
  /** Ms since the epoch; never smaller than that of the event before. */
  at: z.number(),
  actor: actorSchema,
  cause: causeSchema.optional(),
});

/** An event as it is told: to dashboards, and in `_meta["dev.signalbox/event"]` to agents. */
export const hubEventSchema = z.intersection(eventEnvelopeSchema, eventBodySchema);
export type HubEvent = z.infer<typeof eventEnvelopeSchema> & EventBody;

/** An event with its place in the hash chain, as the log keeps it. */
export type StoredEvent = HubEvent & { readonly prevHash: string; readonly hash: string };

/** The event of one type, e.g. `EventOf<'lock.acquired'>`. */
export type EventOf<T extends EventType> = Extract<HubEvent, { type: T }>;

export const eventTypes: readonly EventType[] = eventBodySchema.options.map((option) => option.shape.type.value);
