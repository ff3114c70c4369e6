import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Hub } from '../../src/hub/hub.ts';
import { canonicalJson } from '../../src/protocol/canonical-json.ts';
import { recover } from '../../src/hub/data-dir/recover.ts';
import { LOG_FORMAT, openLogReader } from '../../src/hub/log/schema.ts';
import { verifyLog } from '../../src/hub/log/verify.ts';
import { createKey } from '../../src/hub/rules/keys.ts';
import { openTestHub, human } from '../support/open-hub.ts';
import { needsPosix } from '../support/needs.ts';

let pristine: string;
let length: number;
const made: string[] = [];

/** A sound log of some events, copied for each test; without a snapshot, so that a start reads all of it. */
beforeAll(async () => {
  const test = await openTestHub();
  for (let n = 0; n < 8; n++)
    await test.hub.execute(createKey, { name: `k${n}`, secretSha256: String(n), roles: {} }, human);
  length = test.hub.state.seq;
  await test.hub.close();
  pristine = test.dataDir;
  made.push(pristine);
  change(pristine, 'DELETE FROM snapshots');
});

afterAll(() => made.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

function copy(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-chain-'));
  made.push(dir);
  copyFileSync(path.join(pristine, 'hub.db'), path.join(dir, 'hub.db'));
  return dir;
}

function change(dir: string, sql: string): void {
  const db = new DatabaseSync(path.join(dir, 'hub.db'));
  db.exec(sql);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

function verify(dir: string) {
  const db = openLogReader(path.join(dir, 'hub.db'));
  try {
    return verifyLog(db, { now: () => 0 });
  } finally {
    db.close();
  }
}

test('[LG7] each hash is SHA-256 over the hash before it and the canonical JSON', async () => {
  const dir = copy();
  const hub = await Hub.open({ dataDir: dir });
  let prevHash = '0'.repeat(64);
  for (const stored of await hub.audit.after(0, 100)) {
    const { hash, prevHash: claimed, ...event } = stored;
    expect(claimed).toBe(prevHash);
    expect(hash).toBe(createHash('sha256').update(prevHash).update(canonicalJson(event)).digest('hex'));
    prevHash = hash;
  }
  expect(await hub.audit.verify()).toMatchObject({ ok: true, events: hub.state.seq, lastHash: prevHash });
  await hub.close();
});

const tamperings: readonly [what: string, sql: string, badSeq: number][] = [
  ['a changed event', `UPDATE events SET body = replace(body, '"k2"', '"kX"') WHERE seq = 7`, 7],
  ['a changed hash', `UPDATE events SET hash = replace(hash, substr(hash, 1, 1), 'z') WHERE seq = 6`, 6],
  ['a removed event', 'DELETE FROM events WHERE seq = 5', 5],
  ['a removed first event', 'DELETE FROM events WHERE seq = 1', 1],
  [
    'swapped events',
    'UPDATE events SET seq = 1000 WHERE seq = 5; UPDATE events SET seq = 5 WHERE seq = 6; UPDATE events SET seq = 6 WHERE seq = 1000',
    5,
  ],
  [
    'an inserted event',
    `UPDATE events SET seq = -seq WHERE seq > 8; UPDATE events SET seq = 1 - seq WHERE seq < 0; INSERT INTO events SELECT 9, at, type, actor, session, workspace, cause, body, hash FROM events WHERE seq = 8`,
    9,
  ],
  ['content that is not JSON', `UPDATE events SET body = '{' WHERE seq = 4`, 4],
];

test.each(tamperings)('[LG8] [LG9] %s is found, and a start refuses it', async (_what, sql, badSeq) => {
  const dir = copy();
  expect(verify(dir)).toMatchObject({ ok: true, events: length });
  change(dir, sql);
  expect(verify(dir)).toMatchObject({ ok: false, badSeq });
  const bytes = readFileSync(path.join(dir, 'hub.db'));
  const error: unknown = await Hub.open({ dataDir: dir }).catch((refusal: unknown) => refusal);
  expect(error).toMatchObject({
    code: 'log_corrupt',
    details: { badSeq },
    message: expect.stringMatching(/[Rr]ecover/u),
  });
  expect(readFileSync(path.join(dir, 'hub.db')).equals(bytes)).toBe(true);
  expect(readdirSync(dir).filter((name) => name === 'hub.lock')).toEqual([]);
});

test.each(tamperings)(
  '[LG12] recovery from %s keeps what is sound and moves the rest aside',
  async (_what, sql, badSeq) => {
    const dir = copy();
    const logId = (db: DatabaseSync) => db.prepare(`SELECT value FROM meta WHERE name = 'log_id'`).get()?.['value'];
    change(dir, sql);
    const before = new DatabaseSync(path.join(dir, 'hub.db'));
    const behind = before.prepare('SELECT seq, body, hash FROM events WHERE seq >= ? ORDER BY seq').all(badSeq);
    const oldId = logId(before);
    before.close();

    const recovery = recover(dir);
    expect(recovery).toMatchObject({ kept: badSeq - 1, problem: { badSeq } });
    const moved = readFileSync(recovery.movedTo ?? '', 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line): unknown => JSON.parse(line));
    expect(moved).toEqual(behind.map((row) => ({ ...row })));
    expect(readdirSync(dir)).toContain(path.basename(recovery.damagedFile ?? ''));
    expect(verify(dir)).toMatchObject({ ok: true, events: badSeq - 1 });

    const hub = await Hub.open({ dataDir: dir });
    expect(hub.logId).not.toBe(oldId);
    expect((await hub.audit.page({ types: ['key'] })).items.length).toBe(hub.state.keys.size);
    expect(await hub.audit.verify()).toMatchObject({ ok: true, events: hub.state.seq });
    await hub.close();
  },
);

test('[LG12] a sound log is left as it is by recovery', () => {
  const dir = copy();
  const bytes = readFileSync(path.join(dir, 'hub.db'));
  expect(recover(dir)).toEqual({ kept: length });
  expect(readFileSync(path.join(dir, 'hub.db')).equals(bytes)).toBe(true);
  expect(readdirSync(dir).filter((name) => name.includes('recover'))).toEqual([]);
});

test('[LG12] where there is no log there is nothing to recover, and nothing is made', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-chain-'));
  made.push(dir);
  for (const place of [dir, path.join(dir, 'mistyped')]) {
    expect(() => recover(place)).toThrow(expect.objectContaining({ code: 'not_found' }));
  }
  expect(readdirSync(dir)).toEqual([]);
});

test('[LG10] a file that is no database is log_corrupt, and recovery keeps it', async () => {
  const dir = copy();
  const garbage = 'this was a database once '.repeat(1000);
  writeFileSync(path.join(dir, 'hub.db'), garbage);
  await expect(Hub.open({ dataDir: dir })).rejects.toMatchObject({ code: 'log_corrupt' });
  const recovery = recover(dir);
  expect(recovery).toMatchObject({ kept: 0 });
  expect(readFileSync(recovery.damagedFile ?? '', 'utf8')).toBe(garbage);
  const hub = await Hub.open({ dataDir: dir });
  expect(hub.firstKey).toBeDefined();
  await hub.close();
});

/** A log with a hole: pages of large events in its middle are zeros. Answers the events on either side of it. */
async function withHole(snapshot: boolean): Promise<{ dir: string; before: number; behind: number }> {
  const test = await openTestHub({ snapshotEvery: 1_000_000 });
  made.push(test.dataDir);
  for (let n = 0; n < 300; n++)
    test.hub.commit(createKey, { name: `key-${n}`, secretSha256: 'x'.repeat(2000), roles: {} }, human);
  await test.hub.close();
  change(test.dataDir, snapshot ? '' : 'DELETE FROM snapshots');
  const file = path.join(test.dataDir, 'hub.db');
  const bytes = readFileSync(file);
  const middle = bytes.indexOf('"key-150"');
  bytes.fill(0, Math.floor(middle / 4096) * 4096, Math.floor(middle / 4096 + 2) * 4096);
  writeFileSync(file, bytes);
  const db = new DatabaseSync(file, { readOnly: true });
  const readable: number[] = [];
  for (let seq = 1; seq <= test.hub.state.seq; seq++) {
    try {
      if (db.prepare('SELECT body FROM events WHERE seq = ?').get(seq)) readable.push(seq);
    } catch {
      // in the hole
    }
  }
  db.close();
  const before = readable.findIndex((seq, at) => seq !== at + 1);
  expect(before).toBeGreaterThan(100);
  return { dir: test.dataDir, before, behind: readable.length - before };
}

test('[LG10] pages of the file overwritten with zeros are log_corrupt, and all before them and behind them is kept', async () => {
  const { dir, before, behind } = await withHole(false);
  await expect(Hub.open({ dataDir: dir })).rejects.toMatchObject({
    code: 'log_corrupt',
    details: { badSeq: before + 1 },
  });
  const recovery = recover(dir);
  expect(recovery).toMatchObject({ kept: before, problem: { badSeq: before + 1 } });
  const moved = readFileSync(recovery.movedTo ?? '', 'utf8')
    .split('\n')
    .filter(Boolean);
  expect(moved.length).toBe(behind);
  const hub = await Hub.open({ dataDir: dir });
  expect(hub.state.seq).toBe(before + 1);
  await hub.close();
});

test('[LG8] verification of a log that cannot be read to its end says where it breaks off', async () => {
  const { dir, before } = await withHole(true);
  // The snapshot spares the start from reading what is damaged.
  const hub = await Hub.open({ dataDir: dir });
  expect(await hub.audit.verify()).toMatchObject({ ok: false, events: before, badSeq: before + 1 });
  await hub.close();
});

test('[LG12] recovery that has no room for the sound events changes nothing', needsPosix, async () => {
  const test = await openTestHub({ snapshotEvery: 1_000_000 });
  made.push(test.dataDir);
  for (let n = 0; n < 1200; n++)
    test.hub.commit(createKey, { name: `key-${n}`, secretSha256: 'x'.repeat(1000), roles: {} }, human);
  await test.hub.close();
  change(test.dataDir, "DELETE FROM snapshots; UPDATE events SET hash = 'z' WHERE seq = 1150");
  const bytes = readFileSync(path.join(test.dataDir, 'hub.db'));
  const program = path.join(import.meta.dirname, '../../src/cli/main.ts');
  // No file of this shell may grow beyond 1,000 KiB: a disk that is full.
  const { status, stderr } = spawnSync(
    '/bin/bash',
    ['-c', 'ulimit -f 1000 && exec "$0" "$@"', process.execPath, program, 'audit', 'recover', '-d', test.dataDir],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('storage_failed') });
  expect(readFileSync(path.join(test.dataDir, 'hub.db')).equals(bytes)).toBe(true);
  expect(readdirSync(test.dataDir).filter((name) => name.startsWith('hub-'))).toEqual([]);
});

test('[LG11] a log of a newer version is refused and left as it is', async () => {
  for (const sql of [
    `PRAGMA user_version = ${LOG_FORMAT + 1}`,
    `UPDATE meta SET value = '2' WHERE name = 'protocol'`,
  ]) {
    const dir = copy();
    change(dir, sql);
    const bytes = readFileSync(path.join(dir, 'hub.db'));
    await expect(Hub.open({ dataDir: dir })).rejects.toMatchObject({
      code: 'log_newer',
      message: expect.stringContaining('newer'),
    });
    expect(readFileSync(path.join(dir, 'hub.db')).equals(bytes)).toBe(true);
  }
});

test('[LG13] a snapshot that is not sound is passed over, one that is sound spares the events before it', async () => {
  const dir = copy();
  const first = await Hub.open({ dataDir: dir });
  const state = JSON.stringify([...first.state.keys]);
  await first.close();
  // Only the tail behind the snapshot is read at a start: a change before it is for the audit to find.
  change(dir, `UPDATE events SET body = replace(body, '"k2"', '"kX"') WHERE seq = 7`);
  const second = await Hub.open({ dataDir: dir });
  expect(JSON.stringify([...second.state.keys])).toBe(state);
  expect(await second.audit.verify()).toMatchObject({ ok: false, badSeq: 7 });
  await second.close();
  change(dir, `UPDATE snapshots SET state = replace(state, '"k3"', '"kY"')`);
  await expect(Hub.open({ dataDir: dir })).rejects.toMatchObject({ code: 'log_corrupt', details: { badSeq: 7 } });
});

const lastEvents: readonly [what: string, sql: string][] = [
  ['changed', `UPDATE events SET body = replace(body, '"type"', '"tYpe"') WHERE seq = (SELECT max(seq) FROM events)`],
  ['removed', 'DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)'],
];

test.each(lastEvents)(
  '[LG30] a last event that was %s after a clean close is noticed by a start, verification and recovery',
  async (_what, sql) => {
    const dir = copy();
    const hub = await Hub.open({ dataDir: dir });
    const badSeq = hub.state.seq;
    await hub.close();
    change(dir, sql);
    await expect(Hub.open({ dataDir: dir })).rejects.toMatchObject({ code: 'log_corrupt', details: { badSeq } });
    expect(verify(dir)).toMatchObject({ ok: false, badSeq });
    expect(recover(dir)).toMatchObject({ kept: badSeq - 1, problem: { badSeq } });
    const again = await Hub.open({ dataDir: dir });
    expect(await again.audit.verify()).toMatchObject({ ok: true, events: badSeq });
    await again.close();
  },
);
