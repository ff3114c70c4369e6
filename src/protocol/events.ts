import { z } from 'zod';
import { eventEnvelopeSchema, type EventEnvelope } from './envelope.ts';
import { accessEvents } from './events/access.ts';
import { agentEvents } from './events/agents.ts';
import { connectionEvents } from './events/connections.ts';
import { auditEvents } from './events/audit.ts';
import type { EventFacts } from './events/define-event.ts';
import { fileEvents } from './events/files.ts';
import { hubEvents } from './events/hub.ts';
import { jobEvents } from './events/jobs.ts';
import { keyEvents } from './events/keys.ts';
import { knowledgeEvents } from './events/knowledge.ts';
import { linkEvents } from './events/links.ts';
import { lockEvents } from './events/locks.ts';
import { memberEvents } from './events/members.ts';
import { sessionEvents } from './events/sessions.ts';
import { transferEvents } from './events/transfers.ts';
import { toolEvents } from './events/tools.ts';
import { uploadEvents } from './events/uploads.ts';
import { workspaceEvents } from './events/workspaces.ts';
import type { NounOf } from './noun.ts';

/** Every event type, in the order in which lists show them. A noun's types are in its own file. */
const definitions = [
  ...hubEvents,
  ...keyEvents,
  ...agentEvents,
  ...workspaceEvents,
  ...memberEvents,
  ...transferEvents,
  ...sessionEvents,
  ...fileEvents,
  ...uploadEvents,
  ...linkEvents,
  ...lockEvents,
  ...jobEvents,
  ...knowledgeEvents,
  ...toolEvents,
  ...accessEvents,
  ...connectionEvents,
  ...auditEvents,
] as const;

/** The definition of any event type. */
export type EventDefinition = (typeof definitions)[number];
type SchemasOf<D extends readonly { readonly schema: unknown }[]> = { -readonly [I in keyof D]: D[I]['schema'] };

// `map` keeps the tuple that it was given, which its type does not say.
const schemas = definitions.map(({ schema }) => schema) as SchemasOf<typeof definitions>;

/** Past-tense facts, as rules yield them: type, workspace where there is one, and payload. */
export const eventBodySchema = z.discriminatedUnion('type', schemas);

export type EventBody = z.infer<typeof eventBodySchema>;
export type EventType = EventBody['type'];

/** An event as dashboards get it. */
export const hubEventSchema = z.intersection(eventEnvelopeSchema, eventBodySchema);
export type HubEvent = EventEnvelope & EventBody;

/**
 * Members that agents' copies of an event may lack: the token of a lock, which its holder alone has; keys that wait
 * in a circle through other workspaces; which file of another workspace a copy was made of; the hash of a secret.
 */
export const hiddenMembers = [
  'lockId',
  'cycle',
  'cycleAgents',
  'from',
  'fromWorkspace',
  'fromVersion',
  'tokenSha256',
  'passwordHash',
] as const;
type Hidden = (typeof hiddenMembers)[number];
type WithoutHidden<E> = E extends EventBody ? Omit<E, Hidden> & Partial<Pick<E, Hidden & keyof E>> : never;

/** An event as agents get it in `_meta["dev.signalbox/event"]` and from `event_list`. */
export type AgentEvent = EventEnvelope & WithoutHidden<EventBody>;
export const agentEventSchema: z.ZodType<AgentEvent> = z.intersection(
  eventEnvelopeSchema,
  z.union(definitions.map(({ schema }) => hiding(schema))),
) as unknown as z.ZodType<AgentEvent>; // the union of the same schemas, whose members `map` cannot tell apart

function hiding(schema: z.ZodObject): z.ZodObject {
  const mask = Object.fromEntries(hiddenMembers.filter((name) => name in schema.shape).map((name) => [name, true]));
  return schema.partial(mask as Record<string, true>);
}

/** An event with its place in the hash chain, as the log keeps it. */
export type StoredEvent = HubEvent & { readonly prevHash: string; readonly hash: string };

/** The event of one type, e.g. `EventOf<'lock.acquired'>`. */
export type EventOf<T extends EventType> = Extract<HubEvent, { type: T }>;

/** The nouns of event types. */
export type Noun = NounOf<EventType>;

/** The events of a noun, e.g. `EventsOf<'lock'>`. */
export type EventsOf<N extends Noun> = Extract<HubEvent, { type: `${N}.${string}` }>;

export const eventTypes: readonly EventType[] = definitions.map(({ type }) => type);

const factsByType = new Map<string, EventFacts<HubEvent>>();
for (const definition of definitions) factsByType.set(definition.type, definition as EventFacts<HubEvent>);

/** What an event's type says of itself; ask it about events of that type only. Throws for an unknown type. */
export function factsOf(type: EventType): EventFacts<HubEvent> {
  const facts = factsByType.get(type);
  if (!facts) throw new Error(`There is no event type ${type}`);
  return facts;
}
