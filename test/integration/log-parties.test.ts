import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { LOG_FORMAT, logFile } from '../../src/hub/log/schema.ts';
import { acquireLock, releaseLock } from '../../src/hub/rules/locks.ts';
import { openTestHub } from '../support/open-hub.ts';

test('[LG53] a log with three tables of parties is raised to one, and finds what concerns somebody as before', async () => {
  await using t = await openTestHub();
  const holder = await t.agent('holder');
  const waiter = await t.agent('waiter');
  const as = ({ keyId }: typeof holder) => ({ actor: { kind: 'agent' as const, key: keyId, agent: 'codex' } });
  const lock = { workspace: t.workspace, path: 'plan.md', ttlMs: 60_000 };
  const { answer } = t.hub.commit(acquireLock, { ...lock, waitMs: 0 }, as(holder));
  if (answer.status !== 'held') throw new Error('The lock is free.');
  t.hub.commit(acquireLock, { ...lock, waitMs: 60_000 }, as(waiter));
  t.hub.commit(releaseLock, { ...lock, lockId: answer.lockId }, as(holder));
  const queries = [
    { by: waiter.keyId },
    { by: `${waiter.keyId}/codex` },
    { involving: holder.keyId, types: ['lock.acquired'] },
  ];
  const found = async (): Promise<unknown[]> =>
    await Promise.all(queries.map(async (query) => (await t.hub.audit.page(query)).items.map(({ seq }) => seq)));
  const before = await found();
  expect(before.map((seqs) => (seqs as number[]).length)).toEqual([2, 2, 2]);
  await t.hub.close();
  const earlier = new DatabaseSync(logFile(t.dataDir));
  for (const table of EARLIER) earlier.exec(`CREATE TABLE ${table} (party TEXT PRIMARY KEY)`);
  for (const name of ['event parties', 'parties by type', 'agent events'])
    earlier.exec(`INSERT INTO meta VALUES ('projection ${name}', 'x')`);
  earlier.exec("DROP TABLE parties; DELETE FROM meta WHERE name = 'projection parties'; PRAGMA user_version = 4");
  earlier.close();

  await t.restart();
  expect(await found()).toEqual(before);
  await t.hub.close();
  const raised = new DatabaseSync(logFile(t.dataDir), { readOnly: true });
  expect(raised.prepare('PRAGMA user_version').get()).toEqual({ user_version: LOG_FORMAT });
  const names = raised.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  for (const table of EARLIER) expect(names).not.toContainEqual({ name: table });
  const kept = raised.prepare("SELECT name FROM meta WHERE name GLOB 'projection *' AND value = 'x'").all();
  expect(kept).toEqual([]);
  raised.close();
  await t.restart();
});

const EARLIER = ['event_parties', 'parties_by_type', 'agent_events'];
