import { z } from 'zod';

/**
 * Which dialect a session speaks: HTTP+SSE, Streamable HTTP with sessions, or the stateless one of
 * 2026-07-28. These are the stored values: `modern` stays, as old logs have it, and is shown as
 * `stateless` ({@link wireNames}).
 */
export const wireSchema = z.enum(['sse', 'streamable', 'modern']);
export type Wire = z.infer<typeof wireSchema>;

/** The stored name of the stateless wire. */
export const STATELESS = 'modern' satisfies Wire;

/** What each wire is called wherever people and agents see its name. */
export const wireNames = { sse: 'sse', streamable: 'streamable', modern: 'stateless' } as const satisfies Record<
  Wire,
  string
>;

/** {@link wireNames}, for the results of tools. */
export const wireNameSchema = z.enum(Object.values(wireNames));

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
