import { BULKY_MEMBER_BYTES, digest, jsonBytes } from './digest.ts';
import { factsOf, type HubEvent } from './events.ts';

/** An event as lists, notifications and pushes have it. `cut` names the members that are not whole. */
export type BriefEvent<E extends HubEvent = HubEvent> = E & { readonly cut?: readonly string[] };

/** The event with its bulky members cut short; the event itself where none of them is large. */
export function briefEvent<E extends HubEvent>(event: E): BriefEvent<E> {
  const members: Readonly<Record<string, unknown>> = event;
  const large = factsOf(event.type).bulky.filter((name) => jsonBytes(members[name] ?? null) > BULKY_MEMBER_BYTES);
  if (large.length === 0) return event;
  const short = large.map((name): [string, unknown] => [name, digest(members[name], BULKY_MEMBER_BYTES)]);
  return { ...event, ...Object.fromEntries(short), cut: large };
}
