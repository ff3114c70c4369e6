import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { LogRetention } from '../../src/hub/audit/log-retention.ts';
import { logFile } from '../../src/hub/log/schema.ts';
import { writeFile } from '../../src/hub/rules/files.ts';
import { pruneLog, setRetention } from '../../src/hub/rules/retention.ts';
import { cliHost } from '../support/cli-host.ts';
import { DAY, eventsIn, forgetMade, shownIn, tenDays } from '../support/cut-log.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub } from '../support/start-test-hub.ts';

/** A folder that is removed at the end. */
function tempDir(): { readonly dir: string } & Disposable {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-cut-'));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}

async function run(dataDir: string, ...args: string[]) {
  const host = cliHost();
  const exitCode = await runCli(['audit', ...args, '--data-dir', dataDir], host);
  return { exitCode, out: host.out(), err: host.err() };
}

test('[RE6] [RE13] only people remove events, and never what is young or needed', async () => {
  await using t = await tenDays(12);
  const { hub, clock } = t;
  const retention = new LogRetention(hub);
  const agent = await t.agent('curious', 'owner');
  const facts = { throughSeq: 255, count: 255, sizeBytes: 1, from: 1, to: 1, lastHash: 'a', base: 'b' };
  await expect(hub.execute(pruneLog, facts, agent.origin)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(hub.execute(setRetention, { keepMs: DAY }, agent.origin)).rejects.toMatchObject({ code: 'forbidden' });
  for (const keepMs of [DAY - 1, 36_500 * DAY + 1])
    await expect(retention.set(keepMs, human)).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(retention.plan(clock.now() - DAY + 1)).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(retention.prune(clock.now() - DAY + 1, human)).rejects.toMatchObject({ code: 'invalid_argument' });

  const plan = await retention.plan(clock.now() - 3 * DAY);
  expect(((plan?.throughSeq ?? 0) + 1) % 256).toBe(0);
  const after = await hub.audit.event((plan?.throughSeq ?? 0) + 257);
  expect(after.at).toBeGreaterThanOrEqual(clock.now() - 3 * DAY);
  expect((await hub.audit.event(plan?.throughSeq ?? 0)).at).toBeLessThan(clock.now() - 3 * DAY);
  expect(await retention.plan(clock.now() - 30 * DAY)).toBeUndefined();

  // A content that waits for its file: nothing from its event on goes.
  const bytes = Buffer.from('waits');
  const content = { sha256: 'c'.repeat(64), bytes };
  const wrote = { workspace: t.workspace, path: 'waits', sizeBytes: 5, mime: 'text/plain', source: 'tool' } as const;
  const written = hub.commit(writeFile, { ...wrote, sha256: content.sha256 }, human, content);
  await written.durable;
  await t.busy.grow(600, 5 * DAY);
  const before = await retention.plan(clock.now() - DAY);
  expect(before?.throughSeq).toBeLessThan(written.seq);
  expect(before?.throughSeq).toBeGreaterThan(written.seq - 257);

  const first = retention.prune(clock.now() - 3 * DAY, human);
  await expect(retention.prune(clock.now() - 3 * DAY, human)).rejects.toMatchObject({ code: 'conflict' });
  expect(await first).toMatchObject({ throughSeq: expect.any(Number) });
  await expect(hub.execute(pruneLog, facts, human)).rejects.toMatchObject({ code: 'conflict' });
  await retention.close();
});

test('[RE7] audit prune on a data directory where no hub runs', async () => {
  await using t = await tenDays(13);
  await t.hub.close();
  try {
    const left = eventsIn(t.dataDir);
    const files = readdirSync(t.dataDir);
    const { lists } = shownIn(t.dataDir);
    const dry = await run(t.dataDir, 'prune', '--before', '2026-01-11', '--dry-run');
    expect(dry).toMatchObject({ exitCode: 0, err: '' });
    expect(dry.out).toMatch(
      /^Would remove [\d,]+ events \([\d.]+ KiB\), up to event \d+: from 2026-01-05 .* to 2026-01-10 .*; nothing was removed\.\n/u,
    );
    expect(eventsIn(t.dataDir)).toEqual(left);
    expect(readdirSync(t.dataDir)).toEqual(files);

    const wrong = [
      await run(t.dataDir, 'prune'),
      await run(t.dataDir, 'prune', '--older-than', 'long'),
      await run(t.dataDir, 'prune', '--before', 'yesterday'),
      await run(t.dataDir, 'prune', '--before', '2026-01-11', '--older-than', '4d'),
    ];
    expect(wrong.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2]);
    expect(await run(t.dataDir, 'prune', '--older-than', '1h')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('within the last 24 hours'),
    });
    expect(await run(path.join(t.dataDir, 'none'), 'prune', '--older-than', '90d')).toMatchObject({ exitCode: 1 });
    expect((await run(t.dataDir, 'prune', '--before', '2025-12-31')).out).toContain('Nothing to remove');

    const sizeBefore = statSync(logFile(t.dataDir)).size;
    const done = await run(t.dataDir, 'prune', '--before', '2026-01-11', '--json');
    const answer = JSON.parse(done.out) as { count: number; throughSeq: number; freedBytes: number; dryRun: boolean };
    expect(answer).toMatchObject({ dryRun: false, count: answer.throughSeq });
    const sizeAfter = statSync(logFile(t.dataDir)).size;
    expect(answer.freedBytes).toBeGreaterThan(100_000);
    expect(sizeBefore - sizeAfter).toBeGreaterThan(100_000);
    const rows = eventsIn(t.dataDir);
    expect(rows.slice(0, -1)).toEqual(left.slice(answer.count));
    expect(JSON.parse(rows.at(-1)?.json ?? '')).toMatchObject({ type: 'audit.pruned', actor: { kind: 'human' } });
    expect(shownIn(t.dataDir).lists).toEqual(lists);
    expect(existsSync(path.join(t.dataDir, 'hub.lock'))).toBe(false);
    expect((await run(t.dataDir, 'verify')).exitCode).toBe(0);
    forgetMade(t.dataDir);
  } finally {
    await t.restart();
  }
  await t.hub.close();
  expect((await run(t.dataDir, 'verify')).exitCode).toBe(0);
  await t.restart();
});

test('[RE7] audit prune on a hub that runs, and what verify and export say then', async () => {
  await using t = await tenDays(14);
  await t.hub.close();
  const { dataDir, clock } = t;
  const server = await startTestHub({ dataDir, now: clock.now, timers: clock.timers });
  try {
    const point = await run(dataDir, 'checkpoint');
    using place = tempDir();
    const file = path.join(place.dir, 'point.json');
    writeFileSync(file, point.out);
    const dry = await run(dataDir, 'prune', '--before', '2026-01-11', '--dry-run', '--json');
    const { throughSeq } = JSON.parse(dry.out) as { throughSeq: number };
    expect(server.server.hub.state.retention.cut).toBeUndefined();
    const done = await run(dataDir, 'prune', '--before', '2026-01-11');
    expect(done).toMatchObject({ exitCode: 0, out: expect.stringContaining('Their room is used for new ones') });
    expect(server.server.hub.state.retention.cut?.seq).toBe(throughSeq);
    await server.server.hub.pruner.clear();
    expect(await run(dataDir, 'verify', '--checkpoint', file)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining(`; the log begins with event ${throughSeq + 1}`),
    });
    const exported = await run(dataDir, 'export');
    const [line = ''] = exported.out.split('\n');
    expect(JSON.parse(line)).toMatchObject({ seq: throughSeq + 1 });
    expect(exported.err).toContain('were removed by retention');
  } finally {
    await server.close();
    await t.restart();
  }
});
