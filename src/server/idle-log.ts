import { statSync } from 'node:fs';
import { mustBeFirstLaunch, mustHaveItsLog } from '../hub/data-dir/first-launch.ts';
import { processHolding } from '../hub/data-dir/lock-file.ts';
import { recover, type Recovery } from '../hub/data-dir/recover.ts';
import { soundContentsIn } from '../hub/log/content-table.ts';
import { readCut } from '../hub/log/cut.ts';
import { logFile, openIdleLog, readMeta } from '../hub/log/schema.ts';
import { contentFolders } from '../hub/disk/content-folders.ts';
import { checkContents } from '../hub/files/content-check.ts';
import { projections } from '../hub/log/projections/projections.ts';
import { loadReplica } from '../hub/log/snapshots.ts';
import { readRows } from '../hub/log/stored-events.ts';
import { verifyLog } from '../hub/log/verify.ts';
import { HubError } from '../protocol/errors.ts';
import type { ContentsCheck, LogVerification } from '../protocol/records.ts';
import type { LogCut } from '../protocol/retention-state.ts';

/**
 * Makes the damaged log of a data directory usable, while no hub runs on it: see `recover` of the
 * log. Throws `not_found`, `data_dir_held`, `data_dir_unwritable`, `storage_failed` or `log_newer`.
 */
export function recoverDataDir(dataDir: string): Recovery {
  return recover(dataDir);
}

/**
 * Checks a data directory's log while no hub runs on it, and changes nothing. Answers
 * `undefined` where a hub runs, which is then the one to ask, or where no log was ever. A log that is
 * lost, or no database, throws `log_corrupt`.
 */
export function verifyIdleLog(dataDir: string): LogVerification | undefined {
  if (processHolding(dataDir)) return undefined;
  mustHaveItsLog(dataDir);
  const file = logFile(dataDir);
  if (!statSync(file, { throwIfNoEntry: false })?.size) return undefined;
  const db = openIdleLog(file);
  try {
    const found = verifyLog(db, { now: () => performance.now(), projections });
    if (found.events === 0 && found.ok) mustBeFirstLaunch(dataDir, 'has no events');
    // A hub that began meanwhile writes what was taken to be at rest.
    return processHolding(dataDir) ? undefined : found;
  } finally {
    db.close();
  }
}

/** Whether a hub runs on a data directory. */
export function isHubOn(dataDir: string): boolean {
  return processHolding(dataDir) !== undefined;
}

/** Events of a data directory on which no hub runs, by their seqs. */
export interface IdleEvents {
  readonly logId: string;
  /** Where the log begins, if events were removed. */
  readonly cut: LogCut | undefined;
  /** Hash of an event; undefined where the log has none with this seq. */
  hashOf(seq: number): string | undefined;
  close(): void;
}

/** Opens a data directory whose log is sound, to read single events. Changes nothing. */
export function openIdleEvents(dataDir: string): IdleEvents {
  const db = openIdleLog(logFile(dataDir));
  return {
    logId: readMeta(db, 'log_id') ?? '',
    cut: readCut(db),
    hashOf(seq) {
      const [row] = readRows(db, seq - 1, 1);
      return row?.seq === seq ? row.hash : undefined;
    },
    close: () => db.close(),
  };
}

/** The contents of a data directory on which no hub runs. */
export interface IdleContents {
  /** A part of their check. Throws `data_dir_held` once a hub runs, which changes them. */
  next(cursor?: string): Promise<ContentsCheck>;
  close(): void;
}

/** Opens a data directory whose log is sound, to read its contents. Changes nothing. */
export function openIdleContents(dataDir: string): IdleContents {
  const file = logFile(dataDir);
  const db = openIdleLog(file);
  const { workspaces } = loadReplica(db, file).state;
  const { fileOf } = contentFolders(dataDir);
  const inLog = soundContentsIn(db);
  const source = {
    db,
    isInLog: (sha256: string) => Promise.resolve(inLog.has(sha256)),
    fileOf: (sha256: string) => Promise.resolve(fileOf(sha256)),
    workspaceName: (id: string) => workspaces.get(id)?.name,
    elapsed: () => performance.now(),
  };
  return {
    async next(cursor) {
      const part = await checkContents(source, cursor);
      if (!processHolding(dataDir)) return part;
      throw new HubError(
        'data_dir_held',
        'A hub was started meanwhile; run "signalbox audit verify --contents" again.',
      );
    },
    close: () => db.close(),
  };
}
