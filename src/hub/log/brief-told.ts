import { briefEvent } from '../../protocol/brief-event.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import type { Told } from './event-log.ts';

/** An event with its JSON as subscribers get it: brief. Itself where there is nothing to cut. */
export function briefTold(told: Told): Told {
  const event = briefEvent(told.event);
  return event === told.event ? told : { event, json: canonicalJson(event) };
}
