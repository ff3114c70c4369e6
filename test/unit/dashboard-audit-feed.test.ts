import { expect, test } from 'vitest';
import { AuditFeed } from '../../src/dashboard/features/audit/audit-feed.ts';
import { openFilter } from '../../src/dashboard/features/audit/audit-filter.ts';
import type { AuditQuery } from '../../src/protocol/records.ts';
import type { HubEvent, StoredEvent } from '../../src/protocol/events.ts';

function event(seq: number, at = seq): StoredEvent {
  return {
    seq,
    at,
    actor: { kind: 'hub' },
    type: 'job.started',
    workspace: 'w',
    jobId: `job_${seq}`,
    prevHash: '',
    hash: '',
  };
}
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => event(from + i));
const seqs = (rows: readonly HubEvent[]) => rows.map(({ seq }) => seq);

/** A feed over a log in memory, whose answers wait until they are let go. */
function setup(log: StoredEvent[], most = 200) {
  const held: (() => void)[] = [];
  const read = async (query: AuditQuery) => {
    const from = Number(query.cursor ?? 0);
    const all = log.filter(({ at }) => at >= (query.from ?? 0) && at < (query.to ?? Infinity));
    const ordered = query.order === 'asc' ? all : all.toReversed();
    const limit = Math.min(most, query.limit ?? 200);
    const items = ordered.slice(from, from + limit);
    const next = from + limit < ordered.length ? { nextCursor: String(from + limit) } : {};
    await new Promise<void>((resolve) => held.push(resolve));
    return { items, ...next };
  };
  const release = async () => {
    for (const resolve of held.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { feed: new AuditFeed(read, openFilter, () => undefined), release };
}

test('[UX13] an event pushed while a page is on its way is neither lost nor doubled', async () => {
  const log = range(1, 3);
  const { feed, release } = setup(log);
  const ready = feed.toTail();
  log.push(event(4));
  feed.onEvents([event(3), event(4)]);
  await release();
  await ready;
  expect(seqs(feed.current().window.rows)).toEqual([4, 3, 2, 1]);
});

test('[UX13] going back to the tail shows what was counted, and follows again', async () => {
  const log = range(1, 3);
  const { feed, release } = setup(log);
  void feed.toTail();
  await release();
  feed.pause();
  log.push(...range(4, 5));
  feed.onEvents(range(4, 5));
  expect(feed.current()).toMatchObject({ following: false, window: { unseen: 2 } });
  void feed.toTail();
  await release();
  expect(feed.current()).toMatchObject({ following: true, window: { unseen: 0, newer: false } });
  feed.onEvents([event(6)]);
  expect(seqs(feed.current().window.rows)).toEqual([6, 5, 4, 3, 2, 1]);
});

test('[UX12] more events in one millisecond than a page holds do not stop the paging', async () => {
  const log = range(1, 40).map(({ seq }) => event(seq, 7));
  const { feed, release } = setup(log, 10);
  void feed.toTail();
  await release();
  for (let i = 0; i < 40 && feed.current().window.older; i += 1) {
    void feed.readOlder();
    for (let page = 0; page < 6; page += 1) await release();
  }
  expect(seqs(feed.current().window.rows)).toEqual(Array.from({ length: 40 }, (_, i) => 40 - i));
});

test('[UX12] from an event in the middle the newer ones are a page up', async () => {
  const { feed, release } = setup(range(1, 9));
  void feed.startAt(event(4));
  await release();
  expect(seqs(feed.current().window.rows)).toEqual([4, 3, 2, 1]);
  void feed.readNewer();
  await release();
  expect(seqs(feed.current().window.rows)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
});

test('[UX10] the answer to an earlier filter is dropped', async () => {
  const { feed, release } = setup(range(1, 9));
  void feed.toTail();
  void feed.show({ types: [], from: 8 });
  await release();
  expect(seqs(feed.current().window.rows)).toEqual([9, 8]);
});

test('[UX13] after a gap in what was pushed a followed tail is read anew', async () => {
  const log = range(1, 2);
  const { feed, release } = setup(log);
  void feed.toTail();
  await release();
  log.push(...range(3, 9));
  void feed.missed();
  await release();
  expect(seqs(feed.current().window.rows)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
});
