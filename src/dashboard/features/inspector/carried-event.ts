import { z } from 'zod';
import { hubEventSchema, type HubEvent } from '../../../protocol/events.ts';

/** The notifications that carry an event: a resource's change, and a log message. */
const noticeSchema = z.object({
  params: z.object({
    _meta: z.object({ 'dev.signalbox/event': z.unknown() }).optional(),
    data: z.unknown().optional(),
  }),
});

/** The event in a notification; undefined for all other messages. `body` is the message's JSON. */
export function carriedEvent(body: string | undefined): HubEvent | undefined {
  if (body === undefined) return undefined;
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return undefined; // not JSON, or cut
  }
  const notice = noticeSchema.safeParse(message);
  if (!notice.success) return undefined;
  const { _meta: meta, data } = notice.data.params;
  return hubEventSchema.safeParse(meta?.['dev.signalbox/event'] ?? data).data;
}
