import { statSync } from 'node:fs';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import type { HubEvent } from '../../protocol/events.ts';
import { HubError } from '../../protocol/errors.ts';
import type { PrunedEvents } from '../../protocol/records.ts';
import type { HubState } from '../../protocol/state.ts';
import { mustHaveItsLog } from '../data-dir/first-launch.ts';
import { LockFile } from '../data-dir/lock-file.ts';
import { openSound } from '../data-dir/open-sound.ts';
import { openDb } from '../log/db.ts';
import { makeBase } from '../log/make-base.ts';
import { projections } from '../log/projections/projections.ts';
import { prunePlan } from '../log/prune-plan.ts';
import { logFile, openIdleLog } from '../log/schema.ts';
import type { SqliteLog } from '../log/sqlite-log.ts';
import { tooYoung, type PruneLog } from '../rules/retention.ts';
import { PERSON } from '../rule.ts';
import { cutFacts } from './cut-facts.ts';

/** What was removed, and by how many bytes the file became smaller. */
export interface IdlePruning {
  readonly events: PrunedEvents;
  readonly freedBytes: number;
}

/**
 * What a removal of all before a time would take from the log of a data directory on which no hub runs; undefined for
 * nothing. Changes nothing.
 */
export async function planIdle(dataDir: string, before: number, now: number): Promise<PrunedEvents | undefined> {
  mustBeOld(before, now);
  mustHaveItsLog(dataDir);
  if (!isThere(dataDir)) throw noLog(dataDir);
  const db = openIdleLog(logFile(dataDir));
  try {
    return await prunePlan(db, before);
  } finally {
    db.close();
  }
}

/**
 * Removes what happened before a time from the log of a data directory, as a running hub would, and gives its room back
 * to the disk. Undefined where there is nothing to remove.
 *
 * @throws HubError `data_dir_held` while a hub runs, `log_corrupt`, `storage_failed`, or `invalid_argument` for a time
 * within the last day
 */
export async function pruneIdle(dataDir: string, before: number, now: number): Promise<IdlePruning | undefined> {
  mustBeOld(before, now);
  if (!isThere(dataDir)) throw noLog(dataDir);
  const lock = LockFile.take(dataDir, now);
  try {
    mustHaveItsLog(dataDir);
    const file = logFile(dataDir);
    const events = await cut(dataDir, before, now);
    if (!events) return undefined;
    const size = statSync(file).size;
    giveBack(file);
    return { events, freedBytes: Math.max(0, size - statSync(file).size) };
  } finally {
    lock.release();
  }
}

async function cut(dataDir: string, before: number, now: number): Promise<PrunedEvents | undefined> {
  const { log, state } = await openSound({ dataDir }, now);
  try {
    const plan = await prunePlan(log.reader, before);
    if (!plan) return undefined;
    const made = makeBase(log.reader, { file: log.file, throughSeq: plan.throughSeq, projections });
    await append(log, state, cutFacts(plan, made, { dataDir, logId: log.logId, now }), now);
    while (await log.removeSome());
    return plan;
  } finally {
    await log.close();
  }
}

/** Writes the event that says so, as a hub's commit would be. */
async function append(log: SqliteLog, state: HubState, facts: PruneLog, now: number): Promise<void> {
  const at = Math.max(now, state.at);
  const stamp = { seq: state.seq + 1, at, ...PERSON, ...(now < at ? { clock: now } : {}) };
  const event: HubEvent = { ...stamp, type: 'audit.pruned', ...facts };
  const written = new Promise<void>((resolve, reject) => {
    log.subscribe(log.seq, () => resolve());
    log.onStorage((news) => {
      if (news.status === 'failed') reject(new HubError('storage_failed', news.message));
    });
  });
  log.append([{ event, json: canonicalJson(event) }]);
  await written;
}

function mustBeOld(before: number, now: number): void {
  const bad = tooYoung(before, now);
  if (bad) throw bad;
}

function isThere(dataDir: string): boolean {
  return (statSync(logFile(dataDir), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function noLog(dataDir: string): HubError {
  return new HubError('not_found', `There is no log in ${dataDir}; name the data directory of a hub with --data-dir.`);
}

/** SQLite keeps the room of removed rows for new ones. Without room for a copy of what is left it stays so. */
function giveBack(file: string): void {
  const db = openDb(file);
  try {
    db.exec('VACUUM');
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // the events are removed all the same
  } finally {
    db.close();
  }
}
