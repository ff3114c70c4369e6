import { HubError } from '../../protocol/errors.ts';
import type { LogVerification } from '../../protocol/records.ts';
import { usualDataDir } from '../../server/usual-data-dir.ts';
import { verifyIdleLog } from '../../server/idle-log.ts';
import { findHub } from '../find-hub.ts';
import { CommandFailure, EXIT, writeJson, type CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import type { TalkOptions } from '../options.ts';

/**
 * `audit verify`: exit code 4 where an event is missing, changed or out of place. Asks the running hub; if
 * there is none, reads the log in the data directory.
 */
export async function auditVerify(options: TalkOptions, host: CliHost): Promise<number> {
  const idle = options.url === undefined ? idleLog(options.dataDir ?? usualDataDir(host.env)) : undefined;
  const found = idle ?? (await withHub(await findHub(options, host), ({ api }) => api.verifyLog()));
  if (options.json) writeJson(host, found);
  if (!found.ok) {
    const message = `Event ${found.badSeq}: ${found.problem.replace(/\.$/u, '')}; the ${found.badSeq - 1} events before it are as they were written.`;
    throw notVerified(
      new HubError('log_corrupt', message, { details: { badSeq: found.badSeq, problem: found.problem } }),
    );
  }
  if (found.damage !== undefined) {
    const message =
      `All ${found.events} events are as they were written, but hub.db around them is damaged (${found.damage.replace(/\.$/u, '')}). ` +
      'Stop the hub and run "signalbox audit recover": it makes the file anew from its events.';
    throw notVerified(new HubError('log_corrupt', message, { details: { problem: found.damage } }));
  }
  if (!options.json) {
    host.write(
      `ok: ${found.events} events, last hash ${found.lastHash}, checked in ${Math.round(found.ms)} ms\n` +
        'Not looked at: what the lists made from the events say (audit recover compares them).\n',
    );
  }
  return EXIT.ok;
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
