import { hash } from 'node:crypto';
import type { HubEvent } from '../../../protocol/events.ts';
import { applyEvent } from '../../../protocol/apply-event.ts';
import { copyTable, endStart, logStart } from '../base.ts';
import { transact, type Db } from '../db.ts';
import { readMeta, writeMeta } from '../schema.ts';
import { rowsAfter } from '../stored-events.ts';
import type { Projection } from './projection.ts';

/** Builds new and changed projections from the whole log, and from what its removed events had made. */
export function prepareProjections(db: Db, projections: readonly Projection[]): void {
  const stale = projections.filter((projection) => readMeta(db, metaName(projection)) !== versionHash(projection));
  if (stale.length === 0) return;
  transact(db, () => {
    for (const projection of stale) {
      for (const table of tablesOf(projection)) db.exec(`DROP TABLE IF EXISTS "${table}"`);
      for (const statement of projection.schema) db.exec(statement);
      writeMeta(db, metaName(projection), versionHash(projection));
    }
    replay(db, stale);
  });
}

function replay(db: Db, projections: readonly Projection[]): void {
  const start = logStart(db);
  try {
    restore(start.base, db, projections);
    const { state } = start;
    for (const { json } of rowsAfter(db, state.seq)) {
      const event = JSON.parse(json) as HubEvent;
      for (const projection of projections) projection.apply(db, event, state);
      applyEvent(state, event);
    }
  } finally {
    endStart(start);
  }
}

/** Begins the tables of projections, which are empty, with what removed events had made of them. */
export function restore(base: Db | undefined, db: Db, projections: readonly Projection[]): void {
  if (!base) return;
  for (const projection of projections) {
    if (projection.perEvent === undefined) for (const table of tablesOf(projection)) copyTable(base, db, table);
  }
}

/** The name under which a log has the version of a projection that its tables are of. */
export function metaName(projection: Projection): string {
  return `projection ${projection.name}`;
}

/**
 * Changes with the tables of a projection, and with its version. The first version is not part of the hash, as earlier
 * logs have it.
 */
export function versionHash({ schema, version }: Projection): string {
  return hash('sha256', [...schema, ...(version === 1 ? [] : [`version ${version}`])].join('\n'), 'hex');
}

/** Names of the tables of a projection. */
export function tablesOf(projection: Projection): readonly string[] {
  return projection.schema.flatMap(
    (statement) => /^\s*CREATE\s+(?:VIRTUAL\s+)?TABLE\s+"?(\w+)"?/iu.exec(statement)?.[1] ?? [],
  );
}
