import { eventTypes, factsOf, type EventDefinition, type EventOf, type EventType, type HubEvent } from './events.ts';
import type { NoticeLevel, Notification } from './events/define-event.ts';
import { workspaceUri } from './uris.ts';

/** The types that agents are notified of: what happens to a workspace and to what lies in it. */
export type NotifiedEventType = Exclude<EventDefinition, { notified: false }>['type'];
export type NotifiedEvent = EventOf<NotifiedEventType>;

/** Every type in {@link NotifiedEventType}. */
export const notifiedEventTypes: readonly NotifiedEventType[] = eventTypes.filter(isNotifiedType);

/**
 * Whether agents with a role in its workspace are notified of an event. Keys, sessions, denied access
 * and tool calls are for the person and the audit.
 */
export function isNotified(event: HubEvent): event is NotifiedEvent {
  return isNotifiedType(event.type);
}

function isNotifiedType(type: EventType): type is NotifiedEventType {
  return factsOf(type).notified !== false;
}

/** URIs of the resources that an event changed, the widest first: its workspace's `…/events` always. */
export function changedUris(event: NotifiedEvent): readonly string[] {
  const { workspace } = event;
  return [workspaceUri(workspace, 'events'), workspaceUri(workspace), ...notificationOf(event).resources(event)];
}

/** How urgent an event is to a session that set a logging level. */
export function noticeLevel(event: NotifiedEvent): NoticeLevel {
  return notificationOf(event).level;
}

function notificationOf({ type }: NotifiedEvent): Notification<HubEvent> {
  const { notified } = factsOf(type);
  if (notified === false) throw new Error(`Agents are not notified of ${type}`);
  return notified;
}
