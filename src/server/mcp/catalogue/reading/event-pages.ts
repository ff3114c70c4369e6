import { z } from 'zod';
import type { Hub } from '../../../../hub/hub.ts';
import { actorSchema, causeSchema } from '../../../../protocol/envelope.ts';
import type { StoredEvent } from '../../../../protocol/events.ts';
import { namesType, nounOf } from '../../../../protocol/noun.ts';
import { notifiedEventTypes, type NotifiedEventType } from '../../../../protocol/notified-events.ts';

/**
 * An event as agents get it, the same in `event_list` and in the `_meta` of a notification: the
 * log's own words, in camelCase, times in ms since the epoch.
 */
export const eventShape = z.looseObject({
  seq: z.number().int(),
  at: z.number().describe('Ms since the epoch'),
  type: z.enum(notifiedEventTypes),
  workspace: z.string(),
  actor: actorSchema,
  cause: causeSchema.optional(),
});

export type EventView = z.output<typeof eventShape>;

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

/** A page of a workspace's events that are on disk, ascending. */
export interface EventPage {
  readonly events: readonly EventView[];
  /** Everything up to here has been looked at: go on after it. */
  readonly lastSeq: number;
  readonly more: boolean;
}

/** The events of `types` after a seq, oldest first, at most `limit`. */
export async function eventsAfter(
  hub: Hub,
  workspace: string,
  {
    afterSeq,
    types,
    limit,
  }: { readonly afterSeq: number; readonly types: readonly NotifiedEventType[]; readonly limit: number },
): Promise<EventPage> {
  const lookedAt = hub.state.seq; // the page below holds at least all up to here
  const found = await hub.audit.after(afterSeq, limit + 1, { workspace, types });
  const events = found.slice(0, limit).map(eventView);
  const more = found.length > limit;
  const last = events.at(-1)?.seq ?? afterSeq;
  return { events, lastSeq: more ? last : Math.max(lookedAt, last, afterSeq), more };
}

/** The newest events of `types`, oldest of them first, at most `limit`. */
export async function newestEvents(
  hub: Hub,
  workspace: string,
  types: readonly NotifiedEventType[],
  limit: number,
): Promise<EventPage> {
  const lookedAt = hub.state.seq;
  const page = await hub.audit.page({ workspace, types, order: 'desc', limit });
  const events = page.items.map(eventView).reverse();
  return { events, lastSeq: Math.max(lookedAt, events.at(-1)?.seq ?? 0), more: false };
}

/** An event without its hashes, which only the audit needs. */
function eventView({ prevHash: _prevHash, hash: _hash, ...event }: StoredEvent): EventView {
  return eventShape.parse(event);
}
