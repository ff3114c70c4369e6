import { briefEvent } from '../../protocol/brief-event.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import type { EncodedEvent } from './event-log.ts';

/** An event with its JSON as subscribers get it: brief. Itself where there is nothing to cut. */
export function briefEncoded(encoded: EncodedEvent): EncodedEvent {
  const event = briefEvent(encoded.event);
  return event === encoded.event ? encoded : { event, json: canonicalJson(event) };
}
