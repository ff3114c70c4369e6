import { z } from 'zod';
import { deskReason } from '../end-reasons.ts';
import type { Actor } from '../envelope.ts';
import { because } from '../words/because.ts';
import { data, type Subject } from '../words/part.ts';
import { defineEvent } from './define-event.ts';
import { clientLabel } from '../words/client-label.ts';
import { endClause } from '../words/end-words.ts';
import { STATELESS, type Wire, wireNames, wires } from '../wire-names.ts';

export const wireSchema = z.enum(wires);

/** {@link wireNames}, for the results of tools. */
export const wireNameSchema = z.enum(Object.values(wireNames));

/** What each wire is called in sentences. */
const wireWords: Record<Wire, string> = {
  sse: 'HTTP+SSE',
  streamable: 'Streamable HTTP',
  [STATELESS]: 'stateless HTTP',
};

/** What went over a session in its whole life; `in` is towards the hub. */
export const trafficSchema = z.object({
  framesIn: z.number().int(),
  framesOut: z.number().int(),
  bytesIn: z.number().int(),
  bytesOut: z.number().int(),
});
export type Traffic = z.infer<typeof trafficSchema>;

/** The session's agent, where the hub noticed what happened to it. */
function agentOf(event: { readonly actor: Actor; readonly sessionId: string }): Subject {
  return event.actor.kind === 'hub' ? { kind: 'session', session: event.sessionId } : event.actor;
}

/** The agent that a session got with its event: the actor had no name yet. */
function newlyNamed({ actor, agent }: { readonly actor: Actor; readonly agent?: string | undefined }): Subject {
  return actor.kind === 'agent' && agent !== undefined ? { ...actor, agent } : actor;
}

/** The other URIs of one request that names many. */
const moreUris = z.array(z.string()).optional();

function andMore(more: readonly string[] | undefined): readonly string[] {
  return more === undefined ? [] : [` and ${more.length} more`];
}

/**
 * The agent whose session it is, by its name under the key; absent where the event gives none. `forgot` is the name
 * that the key's list of agents loses for it, where that was full.
 */
const agentName = { agent: z.string().optional(), forgot: z.string().optional() };

/** The name that the client's configuration gives: the agent's is that, or that counted. Absent in earlier logs. */
const givenName = { given: z.string().optional() };

/** What a session's subscriptions change is in the log, and not in the feed. */
const inBackground = {
  tone: 'none',
  feed: 'background',
  state: ['sessions'],
  projections: [],
  notified: false,
} as const;

/** A session from its opening to its end, whatever its wire. */
export const sessionEvents = [
  defineEvent({
    type: 'session.opened',
    fields: {
      sessionId: z.string(),
      wire: wireSchema,
      keyId: z.string(),
      remote: z.string(),
      userAgent: z.string().optional(),
      /** Present where the client's configuration names it; else it is named after its client (`session.initialized`). */
      ...agentName,
      ...givenName,
    },
    words: ({ wire }) => ['connected over ', wireWords[wire]],
    subject: newlyNamed,
    tone: 'none',
    feed: 'shown',
    state: ['sessions', 'keys'],
    projections: [],
    notified: false,
  }),
  defineEvent({
    type: 'session.initialized',
    fields: {
      sessionId: z.string(),
      protocolVersion: z.string(),
      clientName: z.string(),
      clientVersion: z.string(),
      capabilities: z.array(z.string()),
      ...agentName,
      /** The name was given with this request; absent where it is made of the client's. */
      named: z.literal(true).optional(),
      ...givenName,
    },
    words: ({ clientName, clientVersion, protocolVersion }) => [
      'is ready: ',
      data(clientLabel({ name: clientName, version: clientVersion })),
      `, protocol ${protocolVersion}`,
    ],
    subject: newlyNamed,
    tone: 'proceed',
    feed: 'shown',
    state: ['sessions', 'keys'],
    projections: [],
    notified: false,
  }),
  defineEvent({
    type: 'session.subscribed',
    fields: { sessionId: z.string(), uri: z.string(), more: moreUris },
    words: ({ uri, more }) => ['watches ', data(uri), ...andMore(more)],
    ...inBackground,
  }),
  defineEvent({
    type: 'session.unsubscribed',
    fields: { sessionId: z.string(), uri: z.string(), more: moreUris },
    words: ({ uri, more }) => ['no longer watches ', data(uri), ...andMore(more)],
    ...inBackground,
  }),
  defineEvent({
    type: 'session.dropped',
    fields: { sessionId: z.string(), reason: z.string() },
    words: ({ reason }) => [`lost its connection: ${endClause(reason)}`],
    subject: agentOf,
    tone: 'waiting',
    feed: 'shown',
    state: ['sessions'],
    projections: [],
    notified: false,
  }),
  defineEvent({
    type: 'session.resumed',
    fields: {
      sessionId: z.string(),
      /** Present where another session has its agent's name by now, or it had none yet. */
      ...agentName,
    },
    words: ({ agent }) => ['is back on its session', ...(agent === undefined ? [] : [' as ', data(agent)])],
    subject: newlyNamed,
    tone: 'none',
    feed: 'shown',
    state: ['sessions', 'keys'],
    projections: [],
    notified: false,
  }),
  defineEvent({
    type: 'session.closed',
    fields: { sessionId: z.string(), reason: z.string(), traffic: trafficSchema },
    words: ({ actor, sessionId, reason }) =>
      actor.kind === 'human'
        ? ['closed a session of ', { session: sessionId }, ...because(deskReason(reason))]
        : [`ended its session: ${endClause(reason)}`],
    subject: agentOf,
    tone: 'none',
    feed: 'shown',
    endsTicksOf: ({ sessionId }) => sessionId,
    state: ['sessions', 'keys'],
    projections: ['sessions'],
    notified: false,
  }),
] as const;
