import type { StoredEvent } from '../../protocol/events.ts';
import type { AuditQuery } from '../../protocol/records.ts';
import { removedWords } from '../../protocol/words/removed-words.ts';
import { exportHead, exportLine } from '../../protocol/words/audit-rows.ts';
import { actorMeant, mustBeTypes } from '../event-filter.ts';
import { findHub } from '../find-hub.ts';
import type { CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import type { AuditExportOptions } from '../command-options.ts';
import { readAll } from '../read-state.ts';
import { workspaceMeant } from '../workspace-meant.ts';

/** `audit export`: all events that match, oldest first, whole, with their hashes. */
export async function auditExport(options: AuditExportOptions, host: CliHost): Promise<void> {
  mustBeTypes(options.type ?? []);
  await withHub(await findHub(options, host), async (hub) => {
    const { state } = await readAll(hub);
    const query: AuditQuery = {
      order: 'asc',
      limit: 1_000,
      ...(options.workspace === undefined ? {} : { workspace: workspaceMeant(state, options.workspace).id }),
      ...(options.type === undefined ? {} : { types: options.type }),
      ...(options.actor === undefined ? {} : { by: actorMeant(state, options.actor) }),
      ...(options.since === undefined ? {} : { from: options.since }),
      ...(options.until === undefined ? {} : { to: options.until }),
    };
    const { cut } = state.retention ?? {};
    // Not on stdout, which programs read.
    if (cut) host.writeError(`${removedWords(cut)}\n`);
    host.write(exportHead(options.format));
    let cursor: string | undefined;
    do {
      const page = await hub.api.auditPage(cursor === undefined ? query : { ...query, cursor });
      for (const event of page.items) {
        // Pages have what is large cut short; the event itself is whole.
        const whole: StoredEvent = 'cut' in event ? await hub.api.event({ seq: event.seq }) : event;
        host.write(exportLine(whole, options.format));
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  });
}
