import { verify } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { CheckpointSigner } from '../../src/hub/audit/checkpoint-signer.ts';
import { LogRetention } from '../../src/hub/audit/log-retention.ts';
import { projections } from '../../src/hub/log/projections/projections.ts';
import { logFile } from '../../src/hub/log/schema.ts';
import { Writer } from '../../src/hub/log/writer.ts';
import { pruneLog } from '../../src/hub/rules/retention.ts';
import type { EventOf, StoredEvent } from '../../src/protocol/events.ts';
import { checkpointText } from '../../src/protocol/signed-checkpoint.ts';
import { formatCount, formatDay } from '../../src/protocol/words/units.ts';
import { cliHost } from '../support/cli-host.ts';
import { change, copyOf, DAY, eventsIn, forgetMade, prune, shownIn, tenDays, verified } from '../support/cut-log.ts';
import { human, openTestHub, type TestHub } from '../support/open-hub.ts';

test.each([1, 2])('[RE1] all that is shown as state is the same after events were removed (seed %i)', async (seed) => {
  const t = await tenDays(seed);
  await using _ = t;
  await t.hub.close();
  const before = shownIn(t.dataDir);
  expect(Object.entries(before.lists).filter(([, rows]) => rows.length === 0)).toEqual([]);
  const all = eventsIn(t.dataDir);
  await t.restart();
  const started = t.hub.state.seq - all.length;

  const events = await prune(t, 4);
  expect(events.count).toBeGreaterThan(500);
  expect(events.throughSeq).toBe(events.count);
  await t.hub.close();
  const left = eventsIn(t.dataDir);
  expect(left[0]?.seq).toBe(events.throughSeq + 1);
  expect(left.length).toBe(all.length + started + 1 - events.count);
  const stopped = shownIn(t.dataDir);
  expect(verified(t.dataDir)).toMatchObject({ ok: true, events: left.length, cut: { seq: events.throughSeq } });
  expect(verified(t.dataDir)).not.toHaveProperty('damage');
  expect(stopped.lists).toEqual(before.lists);

  // By what is on disk alone: opened again, its lists made anew, without a snapshot of the state.
  forgetMade(t.dataDir);
  await t.restart();
  await t.hub.close();
  const anew = shownIn(t.dataDir);
  expect(anew.lists).toEqual(before.lists);
  expect({ ...anew.state, sessions: [] }).toEqual({ ...before.state, sessions: [] });
  expect(anew.state.sessions.map(({ id }) => id)).toEqual(before.state.sessions.map(({ id }) => id));

  // And it goes on, and can be cut again.
  await t.restart();
  await t.busy.grow(800, 5 * DAY);
  await t.hub.close();
  const later = shownIn(t.dataDir);
  await t.restart();
  const more = await prune(t, 2);
  expect(more.count).toBeGreaterThan(100);
  await t.hub.close();
  forgetMade(t.dataDir);
  await t.restart();
  await t.hub.close();
  expect(shownIn(t.dataDir).lists).toEqual(later.lists);
  expect(verified(t.dataDir)).toMatchObject({ ok: true, cut: { seq: more.throughSeq } });
  expect(verified(t.dataDir)).not.toHaveProperty('damage');
  expect(readdirSync(t.dataDir).filter((name) => name.startsWith('hub-base-'))).toEqual([
    `hub-base-${more.throughSeq}.db`,
  ]);
});

test('[RE2] the chain goes on from what was removed: exports and checkpoints of before join it', async () => {
  await using t = await tenDays(5);
  const signed = await new CheckpointSigner(t.hub).sign();
  const exported: Readonly<StoredEvent>[] = [];
  for (let after = 0; exported.length < signed.seq; after = exported.at(-1)?.seq ?? 0)
    exported.push(...(await t.hub.audit.after(after, 500)));
  const events = await prune(t, 4);
  const [first] = await t.hub.audit.after(0, 1);
  const last = exported.find(({ seq }) => seq === events.throughSeq);
  expect(first).toMatchObject({ seq: events.throughSeq + 1, prevHash: last?.hash });
  expect(first).toEqual(exported.find(({ seq }) => seq === first?.seq));
  const { items } = await t.hub.audit.page({ types: ['audit.pruned'] });
  const said = items[0] as EventOf<'audit.pruned'> | undefined;
  expect(said).toMatchObject({ ...events, actor: { kind: 'human' }, lastHash: last?.hash });
  const { checkpoint, throughSeq: seq, lastHash: hash = '' } = said ?? {};
  const stand = { logId: t.hub.logId, seq: seq ?? 0, hash, signedAt: checkpoint?.signedAt ?? 0 };
  expect(checkpoint?.publicKey).toBe(signed.publicKey);
  const signature = Buffer.from(checkpoint?.signature ?? '', 'base64');
  expect(verify(null, Buffer.from(checkpointText(stand)), signed.publicKey, signature)).toBe(true);

  const found = await t.hub.audit.verify();
  const cut = { seq: events.throughSeq, hash, to: events.to, at: t.clock.now() };
  expect(found).toMatchObject({ ok: true, events: t.hub.state.seq - events.count, cut });
  await t.hub.close();
  const host = cliHost();
  expect(await runCli(['audit', 'verify', '--data-dir', t.dataDir], host)).toBe(0);
  expect(host.out()).toContain(
    `The ${formatCount(events.count)} events up to ${formatDay(events.to)} were removed by retention on ${formatDay(cut.at)}; the log begins with event ${events.throughSeq + 1}\n`,
  );
  await t.restart();
});

test('[RE3] events that are missing by hand, and not by the cut, are damage', async () => {
  await using t = await tenDays(6);
  await t.hub.close();
  const whole = mkdtempSync(path.join(os.tmpdir(), 'signalbox-whole-'));
  const copy = mkdtempSync(path.join(os.tmpdir(), 'signalbox-cut-'));
  try {
    cpSync(t.dataDir, whole, { recursive: true });
    await t.restart();
    const events = await prune(t, 4);
    const through = events.throughSeq;
    await t.hub.close();
    const { hash } = eventsIn(t.dataDir)[9] ?? {};
    const base = path.join(copy, `hub-base-${through}.db`);
    const cases: readonly (readonly [what: string, from: string, change: () => void, found: object])[] = [
      [
        'rows of a whole log removed',
        whole,
        () => change(copy, 'DELETE FROM events WHERE seq <= 255'),
        { ok: false, badSeq: 1, problem: 'event 1 is missing; the next one there is 256.' },
      ],
      [
        'and a cut written by hand',
        whole,
        () => {
          const at = eventsIn(copy)[254];
          change(copy, 'DELETE FROM events WHERE seq <= 255');
          const said = { type: 'audit.pruned', throughSeq: 255, lastHash: at?.hash, base: 'a', to: 1, at: 1 };
          change(copy, `INSERT INTO cut VALUES (1, '${JSON.stringify(said)}', 1)`);
        },
        { ok: false, badSeq: 256, problem: expect.stringContaining('no event of the log says that they were removed') },
      ],
      [
        'more rows than the cut says',
        t.dataDir,
        () => change(copy, `DELETE FROM events WHERE seq <= ${through + 3}`),
        { ok: false, badSeq: through + 1, problem: expect.stringContaining('is missing') },
      ],
      [
        'a cut moved on',
        t.dataDir,
        () =>
          change(
            copy,
            `DELETE FROM events WHERE seq <= ${through + 10}`,
            `UPDATE cut SET event = json_set(event, '$.throughSeq', ${through + 10}, '$.lastHash', '${hash}')`,
          ),
        { ok: false, badSeq: through + 11, problem: expect.stringContaining('no event of the log says') },
      ],
      [
        'the cut taken away',
        t.dataDir,
        () => change(copy, 'DELETE FROM cut'),
        { ok: false, badSeq: 1, problem: expect.stringContaining('event 1 is missing') },
      ],
      [
        'a file of removed events that was changed',
        t.dataDir,
        () => {
          const db = new DatabaseSync(base);
          db.exec("UPDATE files SET mime = 'text/plaim'");
          db.close();
        },
        { ok: true, baseProblem: expect.stringContaining('was changed') },
      ],
      [
        'and one that is missing',
        t.dataDir,
        () => rmSync(base),
        { ok: true, baseProblem: expect.stringContaining('is missing') },
      ],
    ];
    for (const [what, from, changed, found] of cases) {
      copyOf(from, copy);
      changed();
      expect(verified(copy), what).toMatchObject(found);
    }
  } finally {
    for (const dir of [whole, copy]) rmSync(dir, { recursive: true, force: true });
    await t.restart();
  }
});

test('[RE4] ended between any two slices, the log opens, verifies and shows the same', async () => {
  await using t = await tenDays(7, 900);
  const before = await shownAfterClose(t);
  await t.restart();
  const copy = mkdtempSync(path.join(os.tmpdir(), 'signalbox-slices-'));
  let writer: Writer | undefined;
  try {
    // Up to the event that says it, and nothing of what follows.
    const plan = await t.hub.pruner.plan(t.clock.now() - 2 * DAY);
    if (!plan) throw new Error('There was nothing to remove');
    const made = await t.hub.pruner.makeBase(plan.throughSeq);
    await t.hub.execute(pruneLog, { ...plan, ...made }, human);
    await t.hub.close();
    expect(eventsIn(t.dataDir)[0]?.seq).toBe(1);
    let slices = 0;
    // What the next start would go on with, one slice at a time.
    writer = new Writer({ file: logFile(t.dataDir), projections, snapshotEvery: 1_000_000 });
    for (let more = true; more; slices++) {
      const found = verified(t.dataDir);
      expect(found, `slice ${slices}`).toMatchObject({ ok: true, cut: expect.anything() });
      expect(found, `slice ${slices}`).not.toHaveProperty('damage');
      if (slices % 5 === 0) {
        copyOf(t.dataDir, copy);
        forgetMade(copy);
        const hub = await openTestHub({ dataDir: copy, now: t.clock.now, timers: t.clock.timers });
        expect(await hub.hub.audit.verify()).toMatchObject({ ok: true });
        await hub.hub.pruner.clear();
        await hub.hub.close();
        expect(shownIn(copy).lists, `slice ${slices}`).toEqual(before.lists);
        expect(eventsIn(copy)[0]?.seq).toBe(plan.throughSeq + 1);
      }
      more = writer.removeSome();
    }
    writer.end();
    writer = undefined;
    expect(slices).toBeGreaterThan(5);
    expect(shownIn(t.dataDir).lists).toEqual(before.lists);
  } finally {
    writer?.end();
    rmSync(copy, { recursive: true, force: true });
    await t.restart();
  }
});

test('[RE4] commits come between the slices', async () => {
  await using t = await tenDays(8);
  const retention = new LogRetention(t.hub);
  await retention.prune(t.clock.now() - 2 * DAY, human);
  let isOver = false;
  const clearing = t.hub.pruner.clear().then(() => (isOver = true));
  let between = 0;
  while (!isOver) {
    await t.agent(`between-${between}`);
    between++;
  }
  await clearing;
  expect(between).toBeGreaterThan(2);
  await retention.close();
});

async function shownAfterClose(t: TestHub) {
  await t.hub.close();
  return shownIn(t.dataDir);
}
