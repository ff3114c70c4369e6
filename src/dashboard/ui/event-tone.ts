import { factsOf, type HubEvent } from '../../protocol/events.ts';
import type { Tone } from './tone.ts';

/** What an event means, as a colour; most mean nothing special. */
export function eventTone(event: HubEvent): Tone | undefined {
  const tone = factsOf(event.type).tone(event);
  return tone === 'none' ? undefined : tone;
}
