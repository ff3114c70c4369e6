import { HubError } from '../../protocol/errors.ts';
import { findHub } from '../find-hub.ts';
import { CommandFailure, EXIT, writeJson, type CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import type { TalkOptions } from '../options.ts';

/** `audit verify`: exit code 4 where an event is missing, changed or out of place. */
export async function auditVerify(options: TalkOptions, host: CliHost): Promise<number> {
  const found = await withHub(await findHub(options, host), ({ api }) => api.verifyLog());
  if (options.json) writeJson(host, found);
  if (!found.ok) {
    const message = `Event ${found.badSeq}: ${found.problem}; the ${found.badSeq - 1} events before it are as they were written.`;
    throw new CommandFailure(
      new HubError('log_corrupt', message, { details: { badSeq: found.badSeq, problem: found.problem } }),
      EXIT.notVerified,
    );
  }
  if (!options.json) {
    host.write(`ok: ${found.events} events, last hash ${found.lastHash}, checked in ${Math.round(found.ms)} ms\n`);
  }
  return EXIT.ok;
}
