import type { Hub } from '../../src/hub/hub.ts';
import type { HubEvent } from '../../src/protocol/events.ts';

/** Resolves with the first event that fits and is told from now on. */
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
