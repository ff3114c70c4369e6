import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { LogRetention } from '../../src/hub/audit/log-retention.ts';
import { projections } from '../../src/hub/log/projections/projections.ts';
import { tablesOf } from '../../src/hub/log/projections/prepare.ts';
import { logFile, openIdleLog } from '../../src/hub/log/schema.ts';
import { loadReplica } from '../../src/hub/log/snapshots.ts';
import { readRows } from '../../src/hub/log/stored-events.ts';
import { verifyLog } from '../../src/hub/log/verify.ts';
import { takeSnapshot } from '../../src/protocol/snapshot.ts';
import { BusyLog } from './busy-log.ts';
import { human, openTestHub, type TestHub } from './open-hub.ts';

export const DAY = 24 * 60 * 60_000;

/** A busy log of ten days, and its hub, which runs. */
export async function tenDays(
  seed: number,
  events = 1_500,
): Promise<TestHub & AsyncDisposable & { readonly busy: BusyLog }> {
  const test = await openTestHub({ snapshotEvery: 500 });
  const busy = new BusyLog(test, seed);
  await busy.grow(events, 10 * DAY);
  return Object.assign(test, { busy });
}

/** Removes what is older than so many days, until nothing of it is left. */
export async function prune({ hub, clock }: TestHub, days: number) {
  const retention = new LogRetention(hub);
  const events = await retention.prune(clock.now() - days * DAY, human);
  await hub.pruner.clear();
  await retention.close();
  if (!events) throw new Error('There was nothing to remove');
  return events;
}

/** All that a data directory shows as state: the state itself, and every list that does not tell of single events. */
export function shownIn(dataDir: string) {
  const db = openIdleLog(logFile(dataDir));
  try {
    const {
      retention: _retention,
      seq: _seq,
      at: _at,
      clockAt: _clockAt,
      ...state
    } = takeSnapshot(loadReplica(db, logFile(dataDir)).state);
    const tables = projections.filter(({ perEvent }) => perEvent === undefined).flatMap(tablesOf);
    const rows = tables.map((table) => [table, db.prepare(`SELECT * FROM "${table}"`).all()]);
    return { state, lists: Object.fromEntries(rows) as Record<string, unknown[]> };
  } finally {
    db.close();
  }
}

/** The rows of events in a data directory. */
export function eventsIn(dataDir: string) {
  const db = openIdleLog(logFile(dataDir));
  try {
    return readRows(db, 0, 1_000_000);
  } finally {
    db.close();
  }
}

/** The full check of a data directory. */
export function verified(dataDir: string) {
  const db = openIdleLog(logFile(dataDir));
  try {
    return verifyLog(db, { now: () => 0, projections });
  } finally {
    db.close();
  }
}

/** Changes the database by hand. */
export function change(dataDir: string, ...statements: string[]): void {
  const db = new DatabaseSync(logFile(dataDir));
  for (const sql of statements) expect(db.prepare(sql).run().changes, sql).toBeGreaterThan(0);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

/** The next start makes all lists from the events, and the state too. */
export function forgetMade(dataDir: string): void {
  change(dataDir, "DELETE FROM meta WHERE name LIKE 'projection %'", 'DELETE FROM snapshots');
}

/** Copies a data directory on which no hub runs; the copy takes the place of `to`. */
export function copyOf(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  rmSync(path.join(to, 'hub.lock'), { force: true });
}
