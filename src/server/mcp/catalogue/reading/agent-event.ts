import { hiddenMembers } from '../../../../protocol/events.ts';

/** What is known of any event. */
type EventMembers = Readonly<Record<string, unknown>>;

/** An event as agents get it: what is hidden stays in the log and on the desk. */
export function agentEvent<E extends object>(event: E): E {
  const hidden = hiddenIn(event as EventMembers);
  if (hidden.length === 0) return event;
  // Agents' copies of events have no schema that asks for these members.
  return Object.fromEntries(Object.entries(event).filter(([name]) => !hidden.includes(name))) as E;
}

/** {@link agentEvent} as JSON; `json` is that of the whole event, which most are sent as they are. */
export function agentEventJson({ event, json }: { readonly event: object; readonly json: string }): string {
  return hiddenIn(event as EventMembers).length === 0 ? json : JSON.stringify(agentEvent(event));
}

function hiddenIn(event: EventMembers): readonly string[] {
  const isFromElsewhere = event['fromWorkspace'] !== undefined;
  return hiddenMembers.filter((name) => name in event && (isFromElsewhere || !name.startsWith('from')));
}
