import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** What an earlier version said of its data directory: see the README beside the fixture. */
const factsSchema = z.object({
  version: z.string(),
  /** Secrets of agents' keys; `gone` was revoked. */
  keys: z.object({
    planner: z.string(),
    writer: z.string(),
    reader: z.string(),
    gone: z.string(),
    first: z.string(),
  }),
  workspace: z.string(),
  openUpload: z.string(),
  /** The files of the workspace. */
  listed: z.array(z.object({ path: z.string(), version: z.number(), sizeBytes: z.number(), mime: z.string() })),
  /** Events of each type in the log of `closed`. */
  counts: z.record(z.string(), z.number()),
  /** The state, as that version had folded it. */
  closed: z.looseObject({ seq: z.number(), at: z.number() }),
  killed: z.looseObject({ seq: z.number(), at: z.number() }),
});

export interface EarlierDataDir extends AsyncDisposable {
  readonly dataDir: string;
  readonly facts: z.infer<typeof factsSchema>;
}

/** A copy of version 0.1.0's data directory. The log of `killed` has no snapshot; nor has that of `closed` without it. */
export async function dataDirOf010(
  which: 'closed' | 'killed',
  { snapshot = true }: { readonly snapshot?: boolean } = {},
): Promise<EarlierDataDir> {
  const fixture = path.join(import.meta.dirname, '../fixtures/data-dir-0.1.0');
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-earlier-'));
  await cp(path.join(fixture, 'closed'), dataDir, { recursive: true });
  await cp(path.join(fixture, which, 'hub.db'), path.join(dataDir, 'hub.db'));
  if (!snapshot) {
    const db = new DatabaseSync(path.join(dataDir, 'hub.db'));
    db.exec('DELETE FROM snapshots; PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
  }
  return {
    dataDir,
    facts: factsSchema.parse(JSON.parse(await readFile(path.join(fixture, 'facts.json'), 'utf8'))),
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true }),
  };
}
