import { HubError } from '../../protocol/errors.ts';
import { removedWords } from '../../protocol/words/removed-words.ts';
import type { ContentsCheck, LogVerification } from '../../protocol/records.ts';
import { usualDataDir } from '../../server/usual-data-dir.ts';
import { openIdleContents, openIdleEvents, verifyIdleLog } from '../../server/idle-log.ts';
import { findHub } from '../find-hub.ts';
import { CommandFailure, EXIT, writeJson, type CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import type { AuditVerifyOptions } from '../command-options.ts';
import { readAll } from '../read-state.ts';
import { auditVerifyExport, checkAgainst, logOf, type CheckedLog } from './audit-checkpoint.ts';
import { readContents } from './audit-contents.ts';

/**
 * `audit verify`: exit code 4 where an event is missing, changed or out of place, and with `--contents` where a
 * content is. Asks the running hub; if there is none, reads the data directory. With `--export` it reads that file alone.
 */
export async function auditVerify(options: AuditVerifyOptions, host: CliHost): Promise<number> {
  if (options.export !== undefined) {
    await auditVerifyExport(options.export, options, host);
    return EXIT.ok;
  }
  const dataDir = options.dataDir ?? usualDataDir(host.env);
  const idle = options.url === undefined ? idleLog(dataDir) : undefined;
  if (!idle)
    return withHub(await findHub(options, host), async (hub) => {
      const { api } = hub;
      if (options.checkpoint !== undefined) {
        const { hub: info, state } = await readAll(hub);
        await hold(options, host, logOf(api, info.logId, state.retention?.cut));
      }
      return verified(options, host, await api.verifyLog(), (cursor) => api.checkContents({ cursor }));
    });
  if (options.checkpoint !== undefined) {
    const log = openIdleEvents(dataDir);
    try {
      await hold(options, host, log);
    } finally {
      log.close();
    }
  }
  if (!options.contents) return verified(options, host, idle, undefined);
  const contents = openIdleContents(dataDir);
  try {
    return await verified(options, host, idle, (cursor) => contents.next(cursor));
  } finally {
    contents.close();
  }
}

/** Holds a log against the checkpoint that was named. */
async function hold({ checkpoint = '', json }: AuditVerifyOptions, host: CliHost, log: CheckedLog): Promise<void> {
  const { seq } = await checkAgainst(checkpoint, log);
  if (!json) host.write(`ok: the log has event ${seq} as it was signed\n`);
}

async function verified(
  options: AuditVerifyOptions,
  host: CliHost,
  log: LogVerification,
  next: ((cursor?: string) => Promise<ContentsCheck>) | undefined,
): Promise<number> {
  const asJson = options.json ?? false;
  if (!log.ok || log.damage !== undefined || log.baseProblem !== undefined) {
    if (asJson) writeJson(host, log);
    throw notVerified(damageOf(log));
  }
  if (!asJson) {
    host.write(
      `ok: ${log.events} events, last hash ${log.lastHash}, checked in ${Math.round(log.ms)} ms\n` +
        removedLine(log) +
        (options.contents ? '' : 'Not looked at: the contents of files (--contents).\n'),
    );
  }
  const contents = options.contents && next ? await readContents(next, host, asJson) : undefined;
  if (asJson) writeJson(host, { ...log, ...(contents && { contents }) });
  if (contents && contents.damaged.length > 0) {
    const message =
      `${contents.damaged.length} of ${contents.checked} contents are damaged or missing. Restore them from a backup ` +
      'into blobs, or write the same bytes again, under any path; the versions that have them cannot be read until then.';
    throw notVerified(new HubError('storage_failed', message));
  }
  return EXIT.ok;
}

function damageOf(log: LogVerification): HubError {
  if (!log.ok) {
    const { badSeq, problem } = log;
    const message =
      `Event ${badSeq}: ${problem.replace(/\.$/u, '')}; the ${log.events} events before it are as they were written.` +
      (log.cut ? ` ${removedWords(log.cut)}.` : '');
    return new HubError('log_corrupt', message, { details: { badSeq, problem } });
  }
  if (log.damage === undefined) {
    const message = `All ${log.events} events are as they were written, but ${log.baseProblem ?? ''}`;
    return new HubError('log_corrupt', message, { details: { problem: log.baseProblem } });
  }
  const problem = log.damage;
  const message =
    `All ${log.events} events are as they were written, but hub.db around them is damaged (${problem.replace(/\.$/u, '')}). ` +
    'Stop the hub and run "signalbox audit recover": it makes the file anew from its events.';
  return new HubError('log_corrupt', message, { details: { problem } });
}

/** The chain begins where events were removed, and says so. */
function removedLine({ cut }: LogVerification): string {
  return cut ? `${removedWords(cut)}\n` : '';
}

function idleLog(dataDir: string): LogVerification | undefined {
  try {
    return verifyIdleLog(dataDir);
  } catch (error) {
    throw error instanceof HubError && error.code === 'log_corrupt' ? notVerified(error) : error;
  }
}

function notVerified(error: HubError): CommandFailure {
  return new CommandFailure(error, EXIT.notVerified);
}
