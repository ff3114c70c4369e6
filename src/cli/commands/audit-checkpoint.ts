import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HubApi } from '../../protocol/api.ts';
import { HubError } from '../../protocol/errors.ts';
import { checkpointText, signedCheckpointSchema, type SignedCheckpoint } from '../../protocol/signed-checkpoint.ts';
import { findHub } from '../find-hub.ts';
import { CommandFailure, EXIT, writeJson, type CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import type { TalkOptions } from '../options.ts';

/** `audit checkpoint`: prints where the log stands, signed, to be kept elsewhere. */
export async function auditCheckpoint(options: TalkOptions, host: CliHost): Promise<void> {
  writeJson(host, await withHub(await findHub(options, host), ({ api }) => api.auditCheckpoint()));
}

/**
 * Holds a log against a checkpoint of before: signed by its key, of this log, and with the same event there.
 *
 * @param openEvent gives an event of the log
 * @param logId of the log that is checked
 * @throws CommandFailure exit code 4 where it does not hold, 2 where the file is no checkpoint
 */
export async function checkAgainst(
  file: string,
  logId: string,
  { event }: Pick<HubApi, 'event'>,
): Promise<SignedCheckpoint> {
  const point = checkpointIn(file);
  if (!isSigned(point)) throw broken(`The signature of ${file} is not that of its key: the file was changed.`);
  if (point.logId !== logId) throw broken(`${file} is of another log (${point.logId}; this one is ${logId}).`);
  const there = await event({ seq: point.seq }).catch((error: unknown) => {
    if (error instanceof HubError && error.code === 'not_found') return undefined;
    throw error;
  });
  if (there?.hash === point.hash) return point;
  throw broken(
    there
      ? `Event ${point.seq} is not the one that was signed: the log up to there was written anew.`
      : `The log ends before event ${point.seq}, which was signed: events are missing at its end.`,
  );
}

function isSigned({ publicKey, signature, ...stand }: SignedCheckpoint): boolean {
  try {
    const key = createPublicKey(publicKey);
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(checkpointText(stand)), key, Buffer.from(signature, 'base64'));
  } catch {
    return false; // no key at all
  }
}

function checkpointIn(file: string): SignedCheckpoint {
  try {
    return signedCheckpointSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    const message = `${file} is no checkpoint: it is made by "signalbox audit checkpoint".`;
    throw new CommandFailure(new HubError('invalid_argument', message), EXIT.usage);
  }
}

function broken(message: string): CommandFailure {
  return new CommandFailure(new HubError('log_corrupt', message), EXIT.notVerified);
}
