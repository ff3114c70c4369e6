import { HubError } from '../../protocol/errors.ts';
import type { PrunedEvents } from '../../protocol/records.ts';
import { formatCount, formatDateTime, formatSize } from '../../protocol/words/units.ts';
import { planPrune, pruneDataDir } from '../../server/prune-log.ts';
import { isHubOn } from '../../server/idle-log.ts';
import { usualDataDir } from '../../server/usual-data-dir.ts';
import { parseSpan } from '../expiry.ts';
import { findHub } from '../find-hub.ts';
import { CommandFailure, EXIT, writeJson, type CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import type { AuditPruneOptions } from '../command-options.ts';

/** What was removed, or would be. */
interface Pruned {
  readonly events?: PrunedEvents | undefined;
  /** By how much the file became smaller; undefined while a hub uses it. */
  readonly freedBytes?: number | undefined;
}

/**
 * `audit prune`: removes the oldest events, or says which it would. Asks the running hub; if there is none, changes the
 * data directory.
 */
export async function auditPrune(options: AuditPruneOptions, host: CliHost): Promise<void> {
  const before = timeMeant(options);
  const dataDir = options.dataDir ?? usualDataDir(host.env);
  const isDry = options.dryRun ?? false;
  const pruned =
    options.url !== undefined || isHubOn(dataDir)
      ? await withHub(await findHub(options, host), ({ api }): Promise<Pruned> =>
          isDry ? api.prunableEvents({ before }) : api.pruneLog({ before }),
        )
      : isDry
        ? { events: await planPrune(dataDir, before) }
        : ((await pruneDataDir(dataDir, before)) ?? {});
  if (options.json)
    writeJson(host, { dryRun: isDry, count: 0, sizeBytes: 0, ...pruned.events, freedBytes: pruned.freedBytes });
  else host.write(isDry ? dryWords(pruned.events) : doneWords(pruned));
}

function timeMeant({ before, olderThan }: AuditPruneOptions): number {
  if (before !== undefined) return before;
  if (olderThan !== undefined) return Date.now() - parseSpan(olderThan, '--older-than');
  const message = 'Say what is to be removed: --before 2026-12-31, or --older-than 90d.';
  throw new CommandFailure(new HubError('invalid_argument', message), EXIT.usage);
}

function dryWords(events: PrunedEvents | undefined): string {
  if (!events) return NOTHING;
  return (
    `Would remove ${inWords(events)}; nothing was removed.\n` +
    'What they made stays: files and their versions, jobs, keys. "signalbox audit export" keeps the events themselves.\n'
  );
}

function doneWords({ events, freedBytes }: Pruned): string {
  if (!events) return NOTHING;
  const room =
    freedBytes === undefined
      ? 'Their room is used for new ones; the file gets smaller only by this command while no hub runs.'
      : `hub.db is ${formatSize(freedBytes)} smaller.`;
  return `Removed ${inWords(events)}. ${room}\n`;
}

const NOTHING = 'Nothing to remove: events go by whole blocks of 256, and no such block is that old.\n';

function inWords({ count, sizeBytes, throughSeq, from, to }: PrunedEvents): string {
  return (
    `${formatCount(count)} events (${formatSize(sizeBytes)}), up to event ${throughSeq}: ` +
    `from ${formatDateTime(from)} to ${formatDateTime(to)}`
  );
}
