import { z } from 'zod';
import type { Hub } from '../../../../hub/hub.ts';
import { causeSchema } from '../../../../protocol/envelope.ts';
import { encodeCursor } from '../../../../hub/paging.ts';
import { BULKY_MEMBER_BYTES, digest, jsonBytes } from '../../../../protocol/digest.ts';
import type { HubEvent, StoredEvent } from '../../../../protocol/events.ts';
import { actorShape, type NameOfKey, timeShape } from '../views/common.ts';
import { agentEvent } from './agent-event.ts';
import { eventWords } from './event-words.ts';
import { namesType, nounOf } from '../../../../protocol/noun.ts';
import { isNotified, notifiedEventTypes, type NotifiedEventType } from '../../../../protocol/notified-events.ts';

const eventActorShape = actorShape.extend({ agent: z.string().optional() });

/** An event as a model gets it: see {@link eventWords}. Programs get it in the log's own words, with a notification. */
export const eventShape = z.looseObject({
  seq: z.number().int(),
  at: timeShape,
  type: z.string().describe('Such as file.written'),
  workspace: z.string().optional(),
  actor: eventActorShape.optional(),
  says: z.string().optional().describe('Of what concerns you: what happened, and what to do about it'),
  cause: causeSchema.optional(),
  cut: z.array(z.string()).optional().describe('Fields that are shortened here; job_get has them whole'),
});

export type EventView = z.output<typeof eventShape>;

/** An event of any type, as `audit_list` gives it. */
export const auditEventShape = z.looseObject({
  seq: z.number().int(),
  at: timeShape,
  type: z.string(),
  workspace: z.string().optional(),
  actor: eventActorShape,
  cause: causeSchema.optional(),
  cut: z.array(z.string()).optional().describe('Fields that are shortened here'),
});

export type AuditView = z.output<typeof auditEventShape>;

/** An argument that names types (`lock.acquired`) or nouns (`lock`). */
export const eventTypesArgument = z
  .array(z.enum([...new Set(notifiedEventTypes.flatMap((type) => [type, nounOf(type)]))]))
  .min(1)
  .max(50)
  .optional()
  .describe('Only these types, such as "file.written", or all of a noun, such as "lock".');

/** The types that an argument names; all that agents are notified of when it is left out. */
export function typesNamed(names: readonly string[] | undefined): readonly NotifiedEventType[] {
  if (names === undefined) return notifiedEventTypes;
  return notifiedEventTypes.filter((type) => namesType(names, type));
}

/** Of a workspace's events that are on disk: how many had room, and where to go on. */
export interface EventPage {
  readonly count: number;
  /** Everything up to here has been looked at: go on after it. */
  readonly lastSeq: number;
  readonly more: boolean;
}

export interface EventsAsked {
  readonly afterSeq: number;
  readonly types: readonly NotifiedEventType[];
  readonly limit: number;
  /** Asked of each event in turn whether there is room for it; it takes the first always. */
  readonly fits: (event: EventView) => boolean;
}

/** The events of `types` after a seq, oldest first: at most `limit`, and as many of them as fit. */
export async function eventsAfter(
  hub: Hub,
  workspace: string,
  { afterSeq, types, limit, fits }: EventsAsked,
): Promise<EventPage> {
  const lookedAt = hub.changedSeq; // the page below holds at least all up to here
  // Thousands of calls may begin to wait at once, from now on: none of them has to read what cannot be there.
  if (afterSeq >= lookedAt) return { count: 0, lastSeq: afterSeq, more: false };
  const query = { workspace, types, order: 'asc', cursor: encodeCursor([afterSeq]), limit } as const;
  const page = await hub.audit.page(query, (event) => fits(eventView(event, hub.keyName)));
  const last = page.items.at(-1)?.seq ?? afterSeq;
  const more = page.nextCursor !== undefined;
  return { count: page.items.length, lastSeq: more ? last : Math.max(lookedAt, last, afterSeq), more };
}

/** The newest events of `types`, the newest first: at most `limit`, and as many of them as fit. */
export async function newestEvents(
  hub: Hub,
  workspace: string,
  { types, limit, fits }: Omit<EventsAsked, 'afterSeq'>,
): Promise<EventPage> {
  const lookedAt = hub.changedSeq;
  const page = await hub.audit.page({ workspace, types, order: 'desc', limit }, (event) =>
    fits(eventView(event, hub.keyName)),
  );
  return { count: page.items.length, lastSeq: Math.max(lookedAt, page.items[0]?.seq ?? 0), more: false };
}

/** An event as a model gets it ({@link agentEvent}, {@link eventWords}), without its hashes, which only the audit needs. */
export function eventView(
  event: HubEvent & { readonly prevHash?: string; readonly hash?: string },
  nameOf: NameOfKey,
): EventView {
  if (!isNotified(event)) throw new Error(`Agents do not get events of the type ${event.type}`);
  return inWords(agentEvent(event.hash === undefined ? event : withoutHashes(event)), nameOf);
}

function inWords(event: { readonly seq: number; readonly type: string }, nameOf: NameOfKey): EventView {
  const words = eventWords(event.type === 'job.queued' ? briefInput(event) : event, nameOf);
  return words as EventView; // of an event's members, each of which is there under its name
}

/**
 * An event of any type as owners get it. What tells of workspaces that they may not see stays on the desk: the words
 * of a refusal that names the caller's other workspaces, and where a file was copied to.
 */
export function auditView(event: StoredEvent, nameOf: NameOfKey): AuditView {
  return inWords(withoutElsewhere(agentEvent(withoutHashes(event))), nameOf) as AuditView; // each event has an actor
}

type LoggedEvent = { readonly seq: number; readonly type: string; readonly [member: string]: unknown };

function withoutElsewhere(event: LoggedEvent): LoggedEvent {
  const { message, details, args, ...rest } = event;
  const isOfThisOne = event['outcome'] === 'ok' || event['code'] === 'forbidden' || !namesWorkspaces(event);
  const { to_workspace: _elsewhere, ...here } = (args ?? {}) as Readonly<Record<string, unknown>>;
  return {
    ...rest,
    ...(args === undefined ? {} : { args: here }),
    ...(message === undefined || !isOfThisOne ? {} : { message }),
    ...(details === undefined || !isOfThisOne ? {} : { details }),
  };
}

/** Whether the refusal is about a workspace: its words name those that the caller sees. */
function namesWorkspaces({ type, details, code }: LoggedEvent): boolean {
  if (type === 'access.denied') return code !== 'forbidden';
  return typeof details === 'object' && details !== null && ('workspaces' in details || 'workspace' in details);
}

function withoutHashes<E extends { readonly prevHash?: string; readonly hash?: string }>({
  prevHash: _prevHash,
  hash: _hash,
  ...event
}: E): Omit<E, 'prevHash' | 'hash'> {
  return event;
}

function briefInput<E extends { readonly [member: string]: unknown }>(event: E): E {
  const { input } = event;
  if (input === undefined || jsonBytes(input) <= BULKY_MEMBER_BYTES) return event;
  return { ...event, input: digest(input, BULKY_MEMBER_BYTES), cut: ['input'] };
}
