import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HubApi } from '../../protocol/api.ts';
import { HubError, messageOf } from '../../protocol/errors.ts';
import { checkpointText, signedCheckpointSchema, type SignedCheckpoint } from '../../protocol/signed-checkpoint.ts';
import { checkExport } from '../../server/check-export.ts';
import { findHub } from '../find-hub.ts';
import { CommandFailure, EXIT, writeJson, type CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import type { AuditVerifyOptions, TalkOptions } from '../command-options.ts';
import type { LogCut } from '../../protocol/retention-state.ts';

/** `audit checkpoint`: prints where the log stands, signed, to be kept elsewhere. */
export async function auditCheckpoint(options: TalkOptions, host: CliHost): Promise<void> {
  writeJson(host, await withHub(await findHub(options, host), ({ api }) => api.auditCheckpoint()));
}

/** A log, as far as a checkpoint is held against it. */
export interface CheckedLog {
  readonly logId: string;
  /** Where it begins, if events were removed. */
  readonly cut: LogCut | undefined;
  /** Hash of an event; undefined where the log has none with this seq. */
  readonly hashOf: (seq: number) => Promise<string | undefined> | string | undefined;
}

/** A running hub's log. */
export function logOf(api: Pick<HubApi, 'event'>, logId: string, cut: LogCut | undefined): CheckedLog {
  return {
    logId,
    cut,
    hashOf: async (seq) => {
      try {
        return (await api.event({ seq })).hash;
      } catch (error) {
        if (error instanceof HubError && error.code === 'not_found') return undefined;
        throw error;
      }
    },
  };
}

/**
 * Holds a log against a checkpoint of before: signed by its key, of this log, and with the same event there.
 *
 * @throws CommandFailure exit code 4 where it does not hold, 2 where the file is no checkpoint
 */
export async function checkAgainst(file: string, { logId, cut, hashOf }: CheckedLog): Promise<SignedCheckpoint> {
  const point = signedIn(file);
  if (point.logId !== logId) throw broken(`${file} is of another log (${point.logId}; this one is ${logId}).`);
  if (cut && point.seq < cut.seq) throw beforeCut(file, point, cut);
  const there = cut?.seq === point.seq ? cut.hash : await hashOf(point.seq);
  if (there === point.hash) return point;
  throw broken(
    there === undefined
      ? `The log ends before event ${point.seq}, which was signed: events are missing at its end.`
      : `Event ${point.seq} is not the one that was signed: the log up to there was written anew.`,
  );
}

/**
 * Holds an export against itself: each event is what its hash says, and is built on the one before. With a checkpoint
 * also that it has the event that was signed. Needs neither hub nor data directory.
 *
 * @throws CommandFailure exit code 4 where that does not hold, 2 where a file cannot be read
 */
export async function auditVerifyExport(
  file: string,
  { checkpoint, json }: Pick<AuditVerifyOptions, 'checkpoint' | 'json'>,
  host: CliHost,
): Promise<void> {
  const point = checkpoint === undefined ? undefined : signedIn(checkpoint);
  const found = await checkExport(file, point?.seq).catch((error: unknown) => {
    const message = `${file} cannot be read (${messageOf(error)}).`;
    throw new CommandFailure(new HubError('invalid_argument', message), EXIT.usage);
  });
  if (found.problem !== undefined) throw broken(`Line ${found.count + 1} of ${file} ${found.problem}.`);
  if (found.count === 0) throw broken(`${file} has no events.`);
  if (point && found.hashAsked === undefined)
    throw broken(`${file} has events ${found.first} to ${found.last}, and not event ${point.seq}, which was signed.`);
  if (point && found.hashAsked !== point.hash)
    throw broken(`Event ${point.seq} is not the one that was signed: the events up to there were written anew.`);
  const { hashAsked: _hash, problem: _problem, ...facts } = found;
  if (json) return writeJson(host, { ok: true, ...facts, ...(point && { checkpoint: point.seq }) });
  host.write(
    `ok: ${found.count} events, ${found.first} to ${found.last}, built on ${found.firstPrevHash}, last hash ${found.lastHash}\n` +
      (point ? `ok: the export has event ${point.seq} as it was signed\n` : ''),
  );
}

/** The checkpoint in a file. Its key has signed it; whose key that is, the file does not say. */
function signedIn(file: string): SignedCheckpoint {
  const point = checkpointIn(file);
  if (isSigned(point)) return point;
  throw broken(`The signature of ${file} is not that of its key: the file was changed.`);
}

/** Neither shown to hold nor to be broken. */
function beforeCut(file: string, { seq }: SignedCheckpoint, cut: LogCut): HubError {
  return new HubError(
    'gone',
    `${file} is of event ${seq}, which is no longer kept: the log begins with event ${cut.seq + 1}. An export that has ` +
      `events ${seq} to ${cut.seq} joins the two: its last hash is to be ${cut.hash}, which the first event of the log is built on.`,
    { details: { seq, cutSeq: cut.seq, cutHash: cut.hash } },
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
