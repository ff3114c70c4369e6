import type { HubEvent } from '../../protocol/events.ts';
import type { Tone } from './tone.ts';

/** What an event means, as a colour; most mean nothing special. */
export function eventTone(event: HubEvent): Tone | undefined {
  switch (event.type) {
    case 'access.denied':
    case 'job.failed':
    case 'lock.refused':
    case 'key.revoked':
      return 'refused';
    case 'session.dropped':
    case 'lock.queued':
    case 'upload.cancelled':
      return 'waiting';
    case 'lock.acquired':
    case 'job.succeeded':
    case 'session.initialized':
      return 'proceed';
    case 'tool.called':
      return event.outcome === 'ok' ? undefined : 'refused';
    case 'lock.released':
      return event.how === 'released' ? undefined : 'waiting';
    default:
      return undefined;
  }
}
