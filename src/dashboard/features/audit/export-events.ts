import type { HubApi } from '../../../protocol/api.ts';
import type { StoredEvent } from '../../../protocol/events.ts';
import type { AuditQuery } from '../../../protocol/records.ts';
import { exportHead, exportLine, type ExportFormat } from '../../../protocol/words/audit-rows.ts';

/** Events that one export takes: all of them are in the page's memory. */
const MOST_EXPORTED = 100_000;

export interface EventExport {
  readonly parts: readonly string[];
  readonly count: number;
  /** Whether more match than were taken. */
  readonly isCut: boolean;
}

/** The events that match a query, oldest first and whole, as lines of an export. */
export async function exportEvents(
  hub: Pick<HubApi, 'auditPage' | 'event'>,
  query: AuditQuery,
  format: ExportFormat,
  most = MOST_EXPORTED,
): Promise<EventExport> {
  const parts = [exportHead(format)];
  let count = 0;
  let cursor: string | undefined;
  do {
    const limit = Math.min(1_000, most - count);
    const page = await hub.auditPage({ ...query, order: 'asc', limit, ...(cursor === undefined ? {} : { cursor }) });
    for (const event of page.items) {
      const whole: StoredEvent = 'cut' in event ? await hub.event({ seq: event.seq }) : event;
      parts.push(exportLine(whole, format));
    }
    count += page.items.length;
    cursor = page.nextCursor;
  } while (cursor !== undefined && count < most);
  return { parts, count, isCut: cursor !== undefined };
}
