import { z } from 'zod';
import { hubEventSchema, type HubEvent } from '../../../protocol/events.ts';

/** The notifications by which agents are told of events: of a resource's change, and of the log as text. */
const noticeSchema = z.object({
  params: z.object({
    _meta: z.object({ 'dev.signalbox/event': z.unknown() }).optional(),
    data: z.unknown().optional(),
  }),
});

/** The event that a message tells its agent of; undefined for all other messages. `body` is its JSON. */
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
