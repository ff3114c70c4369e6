import { z } from 'zod';

/** Who did it. The person at the desk is `human`; timers, queues and recovery are `hub`. */
export const actorSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('agent'),
    key: z.string(),
    /** Its name under the key; absent before its session has one, and in logs of before keys had agents: there the key is the agent. */
    agent: z.string().optional(),
    session: z.string().optional(),
  }),
  z.object({ kind: z.literal('human') }),
  z.object({ kind: z.literal('hub') }),
]);
export type Actor = z.infer<typeof actorSchema>;
/** The actor of what an agent does. */
export type AgentActor = Extract<Actor, { kind: 'agent' }>;

/** What led to an event: the frame that asked for it, or the seq of an earlier event. */
export const causeSchema = z.union([z.string(), z.number().int()]);
export type Cause = z.infer<typeof causeSchema>;

/** Number, time and authorship, which the hub adds to the body of an event. */
export const eventEnvelopeSchema = z.object({
  /** 1 for the first event of a log; no gaps. */
  seq: z.number().int().positive(),
  /** Ms since the epoch; never smaller than that of the event before. */
  at: z.number(),
  /** What the hub's clock showed, where that was before `at`: an earlier event was written with a wrong clock. */
  clock: z.number().optional(),
  actor: actorSchema,
  cause: causeSchema.optional(),
});
export type EventEnvelope = z.infer<typeof eventEnvelopeSchema>;
