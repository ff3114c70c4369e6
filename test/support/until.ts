import type { Hub } from '../../src/hub/hub.ts';
import type { EventType, HubEvent } from '../../src/protocol/events.ts';

/** Resolves with the first event that fits and is emitted from now on. */
export function untilEvent(hub: Hub, fits: (event: HubEvent) => boolean): Promise<HubEvent> {
  return new Promise((resolve) => {
    const stop = hub.subscribe((batch) => {
      const found = batch.find(({ event }) => fits(event));
      if (!found) return;
      stop();
      resolve(found.event);
    });
  });
}

/** Resolves with the next event of this type that is emitted. */
export function nextOf(hub: Hub, type: EventType): Promise<HubEvent> {
  return untilEvent(hub, (event) => event.type === type);
}

/** Drops a session's stream; resolves when the hub has noticed. */
export async function dropStream(hub: Hub, stream: { drop(): void }, session: string | undefined): Promise<void> {
  const dropped = untilEvent(hub, (event) => event.type === 'session.dropped' && event.sessionId === session);
  stream.drop();
  await dropped;
}
