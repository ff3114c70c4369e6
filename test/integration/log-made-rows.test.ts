import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { projections } from '../../src/hub/log/projections/projections.ts';
import { logFile, openIdleLog } from '../../src/hub/log/schema.ts';
import { verifyLog } from '../../src/hub/log/verify.ts';
import { closeSession, openSession } from '../../src/hub/rules/sessions.ts';
import { createKey } from '../../src/hub/rules/keys.ts';
import { cliHost } from '../support/cli-host.ts';
import { openTestFiles, type TestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';

/** Something in each table that is made from events. */
async function withRows(): Promise<TestFiles> {
  const t = await openTestFiles();
  const { test: world, workspace, jobs, uploads } = t;
  const { keyId } = await world.hub.execute(createKey, { name: 'agent', secretSha256: 'a', roles: {} }, human);
  await t.put('docs/one.txt', 'one');
  await t.put('docs/two.txt', 'two');
  await t.files.delete(human, { workspace, path: 'docs/two.txt' });
  const opened = { wire: 'sse', keyId, remote: '127.0.0.1' } as const;
  const { sessionId } = await world.hub.execute(openSession, opened, human);
  const traffic = { bytesIn: 1, bytesOut: 1, framesIn: 1, framesOut: 1 };
  await world.hub.execute(closeSession, { sessionId, reason: 'closed by client', traffic }, human);
  const { jobId } = await jobs.queue(human, { kind: 'file_extract', workspace, path: 'docs/one.txt' });
  await jobs.cancel(human, jobId, 'not needed').catch(() => undefined);
  await uploads.create(human, { workspace, path: 'up.txt', sizeBytes: 3 });
  return t;
}

function change(dataDir: string, sql: string): void {
  const db = new DatabaseSync(logFile(dataDir));
  expect(db.prepare(sql).run().changes, sql).toBeGreaterThan(0);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

/** Changes that SQLite's own check cannot see: no index has what they change. */
const changes: readonly (readonly [what: string, sql: string])[] = [
  [
    'files is not what the events make of it: the row fil_',
    `UPDATE files SET mime = 'text/plaim' WHERE name = 'one.txt'`,
  ],
  ['file_versions is not what the events make of it: the row fil_', 'UPDATE file_versions SET size_bytes = 4'],
  ['folders is not what the events make of it: the row wsp_', 'UPDATE folders SET file_count = 7'],
  ['uploads is not what the events make of it: the row upl_', `UPDATE uploads SET status = 'opem'`],
  [
    'jobs is not what the events make of it: the row job_',
    `UPDATE jobs SET record = replace(record, 'one.txt', 'ome.txt')`,
  ],
  ['past_sessions is not what the events make of it: the row ', `UPDATE past_sessions SET key_id = 'key_other'`],
  ['session_blocks is not what the events make of it: the row ses_', 'DELETE FROM session_blocks'],
  ['events is not what the events make of it: the row 2, in at', 'UPDATE events SET at = at + 1 WHERE seq = 2'],
];

test('[LG47] audit verify names a row that is not what the events make of it', async () => {
  const t = await withRows();
  const { dataDir } = t.test;
  await t.jobs.close();
  await t.uploads.close();
  await t.files.close();
  await t.test.hub.close();
  const copy = mkdtempSync(path.join(os.tmpdir(), 'signalbox-rows-'));
  try {
    for (const [what, sql] of changes) {
      copyFileSync(logFile(dataDir), logFile(copy));
      expect(verified(copy), what).toEqual({ ok: true, damage: undefined });
      change(copy, sql);
      expect(verified(copy)).toEqual({ ok: true, damage: expect.stringContaining(what) });
    }
  } finally {
    rmSync(copy, { recursive: true });
    await t.test.dispose();
  }
});

function verified(dataDir: string) {
  const db = openIdleLog(logFile(dataDir));
  const found = verifyLog(db, { now: () => 0, projections });
  db.close();
  return { ok: found.ok, damage: found.ok ? found.damage : found.problem };
}

test('[LG47] [LG52] a hub that meets such a row says the command, and writes nothing more', async () => {
  await using t = await withRows();
  const { dataDir, hub } = t.test;
  expect(await hub.audit.verify()).not.toHaveProperty('damage');
  change(dataDir, `UPDATE files SET mime = 'text/plaim' WHERE name = 'one.txt'`);
  expect(await hub.audit.verify()).toMatchObject({ ok: true, damage: expect.stringContaining('its table files') });
  await expect(hub.execute(createKey, { name: 'later', secretSha256: 'b', roles: {} }, human)).rejects.toMatchObject({
    code: 'log_corrupt',
    message: expect.stringContaining('signalbox audit recover'),
  });
});

test('[LG47] [LG52] where no hub runs the command line finds it, too, and recovery sets it right', async () => {
  const t = await withRows();
  const { test: world } = t;
  const { dataDir } = world;
  await using _removed = { [Symbol.asyncDispose]: () => world.dispose() };
  await t.jobs.close();
  await t.uploads.close();
  await t.files.close();
  await world.hub.close();
  const run = async (...argv: string[]) => {
    const host = cliHost();
    return { code: await runCli([...argv, '--data-dir', dataDir], host), said: host.out() + host.err() };
  };
  expect(await run('audit', 'verify')).toMatchObject({ code: 0 });
  change(dataDir, `UPDATE files SET mime = 'text/plaim' WHERE name = 'one.txt'`);
  const found = await run('audit', 'verify');
  expect(found.code).toBe(4);
  expect(found.said).toMatch(
    /^log_corrupt: All \d+ events are as they were written, but .*table files.*in mime.*signalbox audit recover/u,
  );
  expect(await run('audit', 'recover')).toMatchObject({ code: 0, said: expect.stringContaining('its table files') });
  expect(await run('audit', 'verify')).toMatchObject({ code: 0 });
});
