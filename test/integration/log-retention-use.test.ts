import { mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync, closeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { LogRetention } from '../../src/hub/audit/log-retention.ts';
import { recover } from '../../src/hub/data-dir/recover.ts';
import { Hub } from '../../src/hub/hub.ts';
import { LOG_FORMAT, logFile } from '../../src/hub/log/schema.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { eventParts } from '../../src/protocol/words/event-parts.ts';
import { change, copyOf, DAY, eventsIn, prune, shownIn, tenDays, verified } from '../support/cut-log.ts';
import { openCatalogue } from '../support/open-catalogue.ts';
import { human, openTestHub } from '../support/open-hub.ts';
import { nextOf } from '../support/until.ts';

const PAGE_BYTES = 4_096;

/** A folder that is removed at the end. */
function tempDir(): { readonly dir: string } & Disposable {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-cut-'));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}

function damagePage(dataDir: string, page: number): void {
  const handle = openSync(logFile(dataDir), 'r+');
  writeSync(handle, Buffer.alloc(PAGE_BYTES, 7), 0, PAGE_BYTES, page * PAGE_BYTES);
  closeSync(handle);
}

test('[RE5] a damaged log from which events were removed is recovered as any other', async () => {
  await using t = await tenDays(11);
  using place = tempDir();
  const events = await prune(t, 4);
  await t.hub.close();
  try {
    const left = eventsIn(t.dataDir);
    const { lists } = shownIn(t.dataDir);
    const pages = statSync(logFile(t.dataDir)).size / PAGE_BYTES;
    const whole: number[] = [];
    for (let page = 0; page < pages; page += Math.ceil(pages / 12)) {
      copyOf(t.dataDir, place.dir);
      damagePage(place.dir, page);
      const { kept } = recover(place.dir, t.clock.now());
      const found = verified(place.dir);
      expect(found, `page ${page}`).toMatchObject({ ok: true, cut: { seq: events.throughSeq } });
      expect(found, `page ${page}`).not.toHaveProperty('damage');
      const rows = eventsIn(place.dir);
      expect(rows.slice(0, kept), `page ${page}`).toEqual(left.slice(0, kept));
      if (kept !== left.length) continue;
      whole.push(page);
      expect(shownIn(place.dir).lists, `page ${page}`).toEqual(lists);
      const again = await openTestHub({ dataDir: place.dir, now: t.clock.now, timers: t.clock.timers });
      expect(await again.hub.audit.verify()).toMatchObject({ ok: true });
      await again.hub.close();
    }
    expect(whole.length).toBeGreaterThan(0);

    // Letters of the row that says where the log begins: its event is what counts.
    for (const member of ['base', 'lastHash']) {
      copyOf(t.dataDir, place.dir);
      change(place.dir, `UPDATE cut SET event = json_set(event, '$.${member}', 'f')`);
      expect(verified(place.dir), member).toMatchObject({ ok: false });
      expect(recover(place.dir, t.clock.now()), member).toMatchObject({ kept: left.length });
      expect(verified(place.dir), member).toMatchObject({ ok: true, events: left.length });
      expect(shownIn(place.dir).lists, member).toEqual(lists);
    }

    // The last events are lost, and with them the one that says what was removed: it is said again.
    copyOf(t.dataDir, place.dir);
    change(place.dir, `DELETE FROM events WHERE seq > ${left.at(-9)?.seq}`);
    const { kept, problem } = recover(place.dir, t.clock.now());
    expect(problem).toMatchObject({ badSeq: (left.at(-9)?.seq ?? 0) + 1 });
    expect(kept).toBe(left.length - 8);
    expect(verified(place.dir)).toMatchObject({ ok: true, events: kept + 1, cut: { seq: events.throughSeq } });

    copyOf(t.dataDir, place.dir);
    rmSync(path.join(place.dir, `hub-base-${events.throughSeq}.db`));
    const lost = { code: 'log_corrupt', message: expect.stringContaining('back from a backup') };
    await expect(Hub.open({ dataDir: place.dir })).rejects.toMatchObject(lost);
    expect(() => recover(place.dir)).toThrow(expect.objectContaining(lost));
    expect(eventsIn(place.dir)).toEqual(left);
    expect(readdirSync(place.dir).filter((name) => /recovering|damaged|moved/u.test(name))).toEqual([]);
  } finally {
    await t.restart();
  }
});

test('[RE8] who asks for what was removed learns that, and numbers go on', async () => {
  await using t = await tenDays(15);
  const { throughSeq } = await prune(t, 4);
  const { hub } = t;
  const { logId } = hub;
  for (const seq of [0, 5, throughSeq - 1]) expect((await answerTo(hub, seq)).kind).toBe('snapshot');
  const answer = await answerTo(hub, throughSeq);
  expect(answer).toMatchObject({ kind: 'events', events: expect.any(Array) });
  expect(answer.kind === 'events' ? answer.events[0]?.seq : 0).toBe(throughSeq + 1);
  async function answerTo(of: Hub, seq: number) {
    const attached = of.attach({ logId, seq });
    const begun = await attached.answer;
    attached.detach();
    return begun;
  }

  await expect(hub.audit.event(5)).rejects.toMatchObject({
    code: 'gone',
    message: expect.stringContaining(`begins with event ${throughSeq + 1}`),
  });
  const firstOf = async (query: object) => (await hub.audit.page({ order: 'asc', limit: 1, ...query })).items[0]?.seq;
  expect(await firstOf({})).toBe(throughSeq + 1);
  expect(await firstOf({ from: 0 })).toBe(throughSeq + 1);
  expect(await firstOf({ to: t.clock.now() - 7 * DAY })).toBeUndefined();
  expect(await firstOf({ types: ['session'] })).toBeGreaterThan(throughSeq);
  expect(await firstOf({ by: 'human' })).toBeGreaterThan(throughSeq);
  const seqs: number[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const page = await hub.audit.page({ limit: 300, ...(cursor === undefined ? {} : { cursor }) });
    seqs.push(...page.items.map(({ seq }) => seq));
    cursor = page.nextCursor;
    more = cursor !== undefined;
  }
  expect(seqs).toEqual(Array.from(seqs, (_, n) => hub.state.seq - n));
  expect(seqs.at(-1)).toBe(throughSeq + 1);
  const last = hub.state.seq;
  await t.hub.close();

  const world = await openCatalogue({ dataDir: t.dataDir, now: t.clock.now, timers: t.clock.timers });
  expect(world.hub.state.seq).toBeGreaterThan(last);
  const owner = await world.join('asker', 'owner');
  const old = await owner.ok('event_list', { workspace: world.workspace, after_seq: 3, limit: 2 });
  expect(old).toMatchObject({ removed_up_to: throughSeq });
  expect(await owner.ok('event_wait', { workspace: world.workspace, after_seq: 3, limit: 2 })).toMatchObject({
    removed_up_to: throughSeq,
  });
  const young = await owner.ok('event_list', { workspace: world.workspace, after_seq: throughSeq, limit: 2 });
  expect(young).not.toHaveProperty('removed_up_to');
  const audit = await owner.call('audit_list', { workspace: world.workspace, order: 'asc', limit: 2 });
  expect(JSON.stringify(audit.content)).toContain(`the log begins with event ${throughSeq + 1}`);
  await world.dispose();
  await t.restart(); // the directory is gone, and what ends the test needs a hub to close
});

test('[RE9] the hub removes what is older than it is kept, in quiet moments', async () => {
  await using t = await tenDays(16);
  const { hub, clock } = t;
  const cut = (): number | undefined => hub.state.retention.cut?.seq;
  /** A look of the hub, and what it begins. */
  const look = async (busy: boolean): Promise<void> => {
    const retention = new LogRetention(hub);
    if (busy) await t.busy.grow(400, 0);
    clock.advance(60_000);
    await retention.settled();
    await retention.close();
  };
  await look(false);
  expect(cut()).toBeUndefined();
  const setting = new LogRetention(hub);
  await setting.set(3 * DAY, human);
  await setting.set(3 * DAY, human);
  expect((await hub.audit.page({ types: ['audit.retention_set'] })).items).toHaveLength(1);
  await setting.close();
  await look(true);
  expect(cut()).toBeUndefined();
  const said = nextOf(hub, 'audit.pruned');
  await look(false);
  expect(await said).toMatchObject({ actor: { kind: 'hub' }, throughSeq: cut() });
  expect((await said).type === 'audit.pruned' && clock.now() - 3 * DAY).toBeGreaterThan(0);
  const first = cut() ?? 0;
  const next = await hub.audit.event(first + 257);
  expect(next.at).toBeGreaterThanOrEqual(clock.now() - 3 * DAY - 60_000);

  // A shorter time at once takes effect the next day.
  const shorter = new LogRetention(hub);
  await shorter.set(DAY, human);
  await shorter.close();
  await look(false);
  expect(cut()).toBe(first);
  clock.advance(DAY);
  await look(false);
  expect(cut()).toBeGreaterThan(first);

  // On a hub that is never quiet it waits for a day at most.
  await t.busy.grow(600, 2 * DAY);
  const second = cut() ?? 0;
  const busy = new LogRetention(hub);
  await t.busy.grow(400, 0);
  clock.advance(60_000);
  await busy.settled();
  expect(cut()).toBe(second);
  for (let hours = 0; hours <= 24; hours++) {
    await t.busy.grow(310, 0);
    clock.advance(60 * 60_000);
  }
  await busy.settled();
  expect(cut()).toBeGreaterThan(second);
  await busy.close();
});

test('[RE10] a removal and the setting are events in words', () => {
  const stamp = { seq: 9, at: Date.UTC(2026, 0, 20), actor: { kind: 'human' } } as const;
  const words = (event: HubEvent): string =>
    eventParts(event)
      .filter((part) => typeof part === 'string')
      .join('');
  const facts = { throughSeq: 511, lastHash: 'a', count: 1_234, sizeBytes: 2_048, from: 0, base: 'b' };
  const to = Date.UTC(2026, 0, 10, 12);
  expect(words({ ...stamp, type: 'audit.pruned', ...facts, to })).toContain(
    'removed 1,234 events (2 KiB) up to 2026-01-10 from the log',
  );
  expect(words({ ...stamp, type: 'audit.retention_set', keepMs: 90 * DAY })).toContain('has the log kept for 90 days');
  expect(words({ ...stamp, type: 'audit.retention_set' })).toContain('has the log kept for ever');
});

test('[RE11] a log of the format before is raised, and an earlier version refuses it then', async () => {
  await using t = await tenDays(17);
  await t.hub.close();
  const db = new DatabaseSync(logFile(t.dataDir));
  db.exec('DROP TABLE cut; PRAGMA user_version = 3');
  db.close();
  expect(verified(t.dataDir)).toMatchObject({ ok: true });
  await t.restart();
  expect(await prune(t, 4)).toMatchObject({ count: expect.any(Number) });
  await t.hub.close();
  const raised = new DatabaseSync(logFile(t.dataDir), { readOnly: true });
  // The test of LG11 shows what a version does with a format above its own.
  expect(raised.prepare('PRAGMA user_version').get()).toEqual({ user_version: LOG_FORMAT });
  raised.close();
  await t.restart();
});
