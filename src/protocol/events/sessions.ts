import { z } from 'zod';

/** Which dialect a session speaks: HTTP+SSE, Streamable HTTP with sessions, or the one without. */
export const wireSchema = z.enum(['sse', 'streamable', 'modern']);
export type Wire = z.infer<typeof wireSchema>;

/** What went over a session in its whole life; `in` is towards the hub. */
export const trafficSchema = z.object({
  framesIn: z.number().int(),
  framesOut: z.number().int(),
  bytesIn: z.number().int(),
  bytesOut: z.number().int(),
});
export type Traffic = z.infer<typeof trafficSchema>;

/** A session from its opening to its end, whatever its wire. */
export const sessionEvents = [
  z.object({
    type: z.literal('session.opened'),
    sessionId: z.string(),
    wire: wireSchema,
    keyId: z.string(),
    remote: z.string(),
    userAgent: z.string().optional(),
  }),
  z.object({
    type: z.literal('session.initialized'),
    sessionId: z.string(),
    protocolVersion: z.string(),
    clientName: z.string(),
    clientVersion: z.string(),
    capabilities: z.array(z.string()),
  }),
  z.object({ type: z.literal('session.subscribed'), sessionId: z.string(), uri: z.string() }),
  z.object({ type: z.literal('session.unsubscribed'), sessionId: z.string(), uri: z.string() }),
  z.object({ type: z.literal('session.dropped'), sessionId: z.string(), reason: z.string() }),
  z.object({ type: z.literal('session.resumed'), sessionId: z.string() }),
  z.object({
    type: z.literal('session.closed'),
    sessionId: z.string(),
    reason: z.string(),
    traffic: trafficSchema,
  }),
] as const;
