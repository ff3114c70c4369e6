import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HubProcess, runCli } from '../support/hub-process.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-recover-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test('[CL17] a damaged log keeps the hub from starting and names the command that recovers it; what it moves aside is not lost', async () => {
  const hub = await HubProcess.start(dataDir);
  const { url, adminToken } = hub.announced;
  const made = await runCli(['keys', 'create', 'scout', '--url', url, '--admin-token', adminToken, '--json']);
  expect(made.code, made.stderr).toBe(0);
  // No goodbye: what a start replays is the tail behind the last snapshot.
  await hub.kill();

  const db = new DatabaseSync(path.join(dataDir, 'hub.db'));
  const { seq: badSeq } = db.prepare(`SELECT seq FROM events WHERE body LIKE '%"scout"%'`).get() as { seq: number };
  db.exec(`UPDATE events SET body = replace(body, '"scout"', '"spy"') WHERE seq = ${badSeq}`);
  db.close();

  const refused = await runCli(['serve', '--port', '0', '--data-dir', dataDir]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    new RegExp(`^log_corrupt: .*event ${badSeq}.*signalbox audit recover --data-dir`, 'u'),
  );

  const recovered = await runCli(['audit', 'recover', '--data-dir', dataDir, '--json']);
  expect(recovered.code, recovered.stderr).toBe(0);
  const { kept, movedTo, damagedFile } = JSON.parse(recovered.stdout) as Record<string, string | number>;
  expect(kept).toBe(badSeq - 1);
  expect(await readFile(String(movedTo), 'utf8')).toContain('spy');
  expect(existsSync(String(damagedFile))).toBe(true);

  const again = await HubProcess.start(dataDir);
  const listed = await runCli([
    'keys',
    'list',
    '--url',
    again.announced.url,
    '--admin-token',
    again.announced.adminToken,
    '--json',
  ]);
  expect(listed.stdout).toContain('first-agent');
  expect(listed.stdout).not.toContain('scout');
  expect(await again.stop()).toBe(0);
});

test('[CL17] a sound log is left as it is', async () => {
  const { code, stdout } = await runCli(['audit', 'recover', '--data-dir', dataDir]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok: all \d+ events are sound; nothing was changed\.\n$/u);
});
